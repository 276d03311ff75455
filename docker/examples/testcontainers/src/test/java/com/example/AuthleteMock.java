package com.example;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiFactory;
import com.authlete.common.conf.AuthleteSimpleConfiguration;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/**
 * One container for all tests of a run, which Testcontainers removes at the end; and in it, for each
 * object of this class, a silo: a universe that no other test sees.
 */
final class AuthleteMock {
    /** Your own image: docker build -t ghcr.io/your-org/authlete-mock:0.1.0 -f docker/Dockerfile . */
    private static final String IMAGE = "ghcr.io/your-org/authlete-mock:0.1.0";
    private static final int PORT = 2884;
    private static final String SERVER = server();

    private final String url = SERVER + "/s/" + UUID.randomUUID();

    private static String server() {
        // "authlete-mock exec -- mvn test" sets it: the same tests without a container
        String given = System.getenv("AUTHLETE_BASE_URL");
        return given != null ? given : start();
    }

    @SuppressWarnings("resource") // it lives as long as the tests
    private static String start() {
        GenericContainer<?> container = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .waitingFor(Wait.forHttp("/__admin/health"));
        container.start();
        return "http://" + container.getHost() + ":" + container.getMappedPort(PORT);
    }

    /** Authlete's own client, in this silo. */
    AuthleteApi api() {
        return AuthleteApiFactory.create(new AuthleteSimpleConfiguration()
                .setApiVersion("V3")
                .setBaseUrl(url)
                .setServiceApiKey("2884000001")
                .setServiceAccessToken("mock-service-token"));
    }

    /** A control call in this silo: control("GET", "/requests", ""). */
    HttpResponse<String> control(String method, String path, String json) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/__admin" + path))
                .method(method, BodyPublishers.ofString(json));
        if (!json.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }
}
