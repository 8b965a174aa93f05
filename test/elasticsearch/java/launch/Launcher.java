package launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.elasticsearch.Version;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.transport.BoundTransportAddress;
import org.elasticsearch.env.Environment;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.transport.TransportService;

/**
 * One Elasticsearch node of a test. Called with the prepared folder, the folder of this node, and settings as
 * {@code name=value}. Once it serves, {@code addresses.json} lies in the node's folder. It ends, in order, when it gets
 * SIGTERM or when its standard input ends, which is also what happens when the test dies.
 */
public final class Launcher {
    private static final long CLOSING_SECONDS_MAX = 20;

    private Launcher() {}

    public static void main(String[] args) throws Exception {
        Path prepared = Path.of(args[0]).toRealPath();
        Path folder = Path.of(args[1]).toRealPath();
        Settings settings = settingsOf(prepared, folder, Arrays.asList(args).subList(2, args.length));

        // The server's loggers have no provider before these two calls, and its first log line would end the start.
        LogConfigurator.configureESLogging();
        LogConfigurator.configureWithoutConfig(settings);

        Node node = new Node(environmentOf(settings, folder), pluginsOf(prepared));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
        node.start();
        tellAddresses(node, folder.resolve("addresses.json"));

        while (System.in.read() >= 0) {
            // Nothing is said to a node this way; only the end of its input matters.
        }
        System.exit(0);
    }

    private static Settings settingsOf(Path prepared, Path folder, List<String> given) {
        Settings.Builder settings = Settings.builder()
            .put("path.home", prepared.toString())
            .put("path.data", folder.resolve("data").toString())
            .put("path.logs", folder.resolve("logs").toString());
        for (String pair : given) {
            String[] parts = pair.split("=", 2);
            settings.put(parts[0], parts[1]);
        }
        return settings.build();
    }

    private static Environment environmentOf(Settings settings, Path folder) throws IOException {
        Path config = Files.createDirectories(folder.resolve("config"));
        return InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), config, () -> settings.get("node.name"));
    }

    /** The server stands on the class path and is no named module, hence the `false` and the empty map. */
    private static PluginsLoader pluginsOf(Path prepared) {
        return PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(prepared.resolve("modules"), false),
            PluginsLoader.loadPluginsBundles(prepared.resolve("plugins"), false),
            Map.of(),
            false
        );
    }

    /** Written beside and moved into place, so that whoever waits for the file never reads half of it. */
    private static void tellAddresses(Node node, Path file) throws IOException {
        String http = addressOf(node.injector().getInstance(HttpServerTransport.class).boundAddress());
        String transport = addressOf(node.injector().getInstance(TransportService.class).boundAddress());
        String text = String.format("{\"http\":\"%s\",\"transport\":\"%s\",\"version\":\"%s\"}", http, transport, Version.CURRENT);
        Path unfinished = Files.writeString(file.resolveSibling("addresses.json.new"), text);
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String addressOf(BoundTransportAddress bound) {
        var address = bound.publishAddress();
        return address.getAddress() + ":" + address.getPort();
    }

    private static void close(Node node) {
        try {
            node.prepareForClose();
            node.close();
            node.awaitClose(CLOSING_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (IOException | InterruptedException fault) {
            fault.printStackTrace();
        }
    }
}
