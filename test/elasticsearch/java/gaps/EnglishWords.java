package gaps;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.LetterTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.AbstractIndexAnalyzerProvider;
import org.elasticsearch.index.analysis.Analysis;
import org.elasticsearch.index.analysis.AnalyzerProvider;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.tartarus.snowball.ext.EnglishStemmer;

/** Lucene's analysis of English under the names that Elasticsearch gives it. */
final class EnglishWords {
    private EnglishWords() {}

    static final Map<String, AnalysisProvider<TokenizerFactory>> TOKENIZERS = Map.of(
        "keyword", (index, env, name, settings) -> TokenizerFactory.newFactory(name, KeywordTokenizer::new),
        "letter", (index, env, name, settings) -> TokenizerFactory.newFactory(name, LetterTokenizer::new),
        "whitespace", (index, env, name, settings) -> TokenizerFactory.newFactory(name, WhitespaceTokenizer::new)
    );

    static final Map<String, AnalysisProvider<TokenFilterFactory>> FILTERS = Map.of(
        "lowercase", perCharacter(LowerCaseFilter::new),
        "asciifolding", perCharacter(ASCIIFoldingFilter::new),
        "trim", perCharacter(TrimFilter::new),
        "porter_stem", perWord(PorterStemFilter::new),
        "kstem", perWord(KStemFilter::new),
        "remove_duplicates", perWord(RemoveDuplicatesTokenFilter::new),
        "stemmer", (index, env, name, settings) -> new PerWord(name, stemmer(settings.get("language", settings.get("name", "english"))))
    );

    static AnalyzerProvider<EnglishAnalyzer> analyzer(IndexSettings index, Environment env, String name, Settings settings) {
        var stopWords = Analysis.parseStopWords(env, settings, EnglishAnalyzer.getDefaultStopSet());
        var unstemmed = Analysis.parseStemExclusion(settings, CharArraySet.EMPTY_SET);
        var analyzer = new EnglishAnalyzer(stopWords, unstemmed);
        return new AbstractIndexAnalyzerProvider<>(name) {
            @Override
            public EnglishAnalyzer get() {
                return analyzer;
            }
        };
    }

    private static UnaryOperator<TokenStream> stemmer(String language) {
        return switch (language) {
            case "porter" -> PorterStemFilter::new;
            case "english", "porter2" -> words -> new SnowballFilter(words, new EnglishStemmer());
            case "light_english", "kstem" -> KStemFilter::new;
            case "minimal_english" -> EnglishMinimalStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            default -> throw new IllegalArgumentException("the test node has no stemmer [" + language + "]");
        };
    }

    private static AnalysisProvider<TokenFilterFactory> perWord(UnaryOperator<TokenStream> filter) {
        return (index, env, name, settings) -> new PerWord(name, filter);
    }

    private static AnalysisProvider<TokenFilterFactory> perCharacter(UnaryOperator<TokenStream> filter) {
        return (index, env, name, settings) -> new PerCharacter(name, filter);
    }

    private record PerWord(String name, UnaryOperator<TokenStream> filter) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream words) {
            return filter.apply(words);
        }
    }

    /** Changes characters, whatever the word: a keyword's normalizer may use it too. */
    private record PerCharacter(String name, UnaryOperator<TokenStream> filter) implements NormalizingTokenFilterFactory {
        @Override
        public TokenStream create(TokenStream words) {
            return filter.apply(words);
        }
    }
}
