package gaps;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.elasticsearch.action.ActionListener;
import org.elasticsearch.action.bulk.BulkItemResponse;
import org.elasticsearch.action.bulk.BulkRequest;
import org.elasticsearch.action.delete.DeleteRequest;
import org.elasticsearch.action.search.ClearScrollRequest;
import org.elasticsearch.action.search.SearchRequest;
import org.elasticsearch.action.search.SearchResponse;
import org.elasticsearch.action.search.SearchScrollRequest;
import org.elasticsearch.action.support.IndicesOptions;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.Strings;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestChannel;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.search.SearchHit;
import org.elasticsearch.search.builder.SearchSourceBuilder;

/**
 * {@code POST /INDEX/_delete_by_query} in its plain form: what matches now is deleted, unless it changed meanwhile. Such
 * a conflict is counted with {@code conflicts=proceed} and ends the call with 409 otherwise. No slices, no throttling.
 */
final class DeleteByQueryRoute extends BaseRestHandler {
    private static final TimeValue SNAPSHOT_KEPT = TimeValue.timeValueMinutes(1);
    private static final int PAGE = 1_000;

    private final Predicate<NodeFeature> supported;

    DeleteByQueryRoute(Predicate<NodeFeature> supported) {
        this.supported = supported;
    }

    @Override
    public String getName() {
        return "gaps_delete_by_query";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.POST, "/{index}/_delete_by_query"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
        SearchSourceBuilder source = new SearchSourceBuilder();
        request.applyContentParser(parser -> source.parseXContent(parser, true, supported));
        if (source.query() == null) {
            throw new IllegalArgumentException("query is missing");
        }
        source.size(PAGE).fetchSource(false).seqNoAndPrimaryTerm(true).sort("_doc");
        SearchRequest search = new SearchRequest(Strings.splitStringByCommaToArray(request.param("index")));
        search.source(source).scroll(SNAPSHOT_KEPT);
        search.indicesOptions(IndicesOptions.fromRequest(request, search.indicesOptions()));
        boolean refresh = request.paramAsBoolean("refresh", false);
        boolean proceed = request.param("conflicts", "abort").equals("proceed");
        // Read, because a parameter that nobody reads is refused: here every call waits for its end.
        request.param("wait_for_completion");
        Deletion deletion = new Deletion(client, search, proceed, refresh);
        // The thread that got the request serves the network, and waiting there would stop everybody's answers.
        return channel -> client.threadPool().generic().execute(() -> answer(channel, deletion));
    }

    private static void answer(RestChannel channel, Deletion deletion) {
        ActionListener.run(ActionListener.<RestResponse>wrap(channel::sendResponse, fault -> {
            try {
                channel.sendResponse(new RestResponse(channel, fault));
            } catch (IOException unsent) {
                throw new IllegalStateException(unsent);
            }
        }), listener -> {
            deletion.run();
            listener.onResponse(deletion.response(channel));
        });
    }

    /** One call: page after page of what matched at its start. */
    private static final class Deletion {
        private final NodeClient client;
        private final SearchRequest search;
        private final boolean proceed;
        private final boolean refresh;
        private final long startedNanos = System.nanoTime();
        private final List<BulkItemResponse.Failure> failures = new ArrayList<>();
        private long total;
        private long deleted;
        private long conflicts;
        private int batches;

        Deletion(NodeClient client, SearchRequest search, boolean proceed, boolean refresh) {
            this.client = client;
            this.search = search;
            this.proceed = proceed;
            this.refresh = refresh;
        }

        void run() {
            SearchResponse page = client.search(search).actionGet();
            String scroll = page.getScrollId();
            try {
                total = page.getHits().getTotalHits().value();
                while (page.getHits().getHits().length > 0 && failures.isEmpty()) {
                    count(client.bulk(deletesOf(page)).actionGet().getItems());
                    page.decRef();
                    page = client.searchScroll(new SearchScrollRequest(scroll).scroll(SNAPSHOT_KEPT)).actionGet();
                }
            } finally {
                page.decRef();
                ClearScrollRequest end = new ClearScrollRequest();
                end.addScrollId(scroll);
                client.clearScroll(end).actionGet();
            }
            if (refresh) {
                client.admin().indices().prepareRefresh(search.indices()).get();
            }
        }

        private BulkRequest deletesOf(SearchResponse page) {
            batches++;
            BulkRequest bulk = new BulkRequest();
            for (SearchHit hit : page.getHits()) {
                DeleteRequest delete = new DeleteRequest(hit.getIndex(), hit.getId());
                delete.setIfSeqNo(hit.getSeqNo()).setIfPrimaryTerm(hit.getPrimaryTerm());
                if (hit.field("_routing") != null) {
                    delete.routing(hit.field("_routing").getValue());
                }
                bulk.add(delete);
            }
            return bulk;
        }

        private void count(BulkItemResponse[] items) {
            for (BulkItemResponse item : items) {
                boolean conflict = item.isFailed() && item.getFailure().getStatus() == RestStatus.CONFLICT;
                if (item.isFailed() == false) {
                    deleted++;
                } else if (conflict) {
                    conflicts++;
                }
                if (item.isFailed() && (conflict && proceed) == false) {
                    failures.add(item.getFailure());
                }
            }
        }

        RestResponse response(RestChannel channel) throws IOException {
            var answer = channel.newBuilder().startObject()
                .field("took", (System.nanoTime() - startedNanos) / 1_000_000)
                .field("timed_out", false)
                .field("total", total)
                .field("deleted", deleted)
                .field("batches", batches)
                .field("version_conflicts", conflicts)
                .field("noops", 0);
            answer.startArray("failures");
            for (BulkItemResponse.Failure failure : failures) {
                answer.startObject();
                failure.toXContent(answer, channel.request());
                answer.endObject();
            }
            answer.endArray().endObject();
            return new RestResponse(failures.isEmpty() ? RestStatus.OK : failures.getFirst().getStatus(), answer);
        }
    }
}
