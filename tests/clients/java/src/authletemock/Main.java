package authletemock;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

import com.authlete.common.api.AuthleteApi;

/** Runs every check through the SDK's two implementations, and counts. */
public final class Main {
	/** A check: it returns when all is as it should be, and throws otherwise. */
	interface Check {
		void run(Sdk sdk) throws Exception;
	}

	/** A check that does not apply, and why. */
	static final class Skip extends RuntimeException {
		private static final long serialVersionUID = 1L;

		Skip(String why) {
			super(why);
		}
	}

	private static final String SDK = "com.authlete/authlete-java-common";

	private static int passed;
	private static int failed;
	private static int skipped;

	private Main() {
	}

	public static void main(String[] arguments) throws IOException {
		System.out.println("sdk: authlete-java-common " + version());
		Map<String, Check> checks = new LinkedHashMap<>();
		Fail.add(checks);
		Ciba.add(checks);
		Management.add(checks);
		Errors.add(checks);
		for (Sdk.Version version : Sdk.Version.values()) {
			for (Map.Entry<String, Check> check : checks.entrySet()) {
				run(version, check.getKey(), check.getValue());
			}
		}
		Map<String, Check> special = new LinkedHashMap<>();
		Configured.add(special);
		for (Map.Entry<String, Check> check : special.entrySet()) {
			run(Sdk.Version.V3, check.getKey(), check.getValue());
		}
		System.out.printf("%d passed, %d failed, %d skipped%n", passed, failed, skipped);
		System.exit(failed == 0 ? 0 : 1);
	}

	/** One check in a silo of its own. */
	private static void run(Sdk.Version version, String name, Check check) {
		String full = version.name().toLowerCase() + "/" + name;
		try {
			check.run(new Sdk(version, name));
			System.out.println("ok " + full);
			passed++;
		} catch (Skip skip) {
			System.out.println("skip " + full + ": " + skip.getMessage());
			skipped++;
		} catch (Exception | AssertionError e) {
			System.out.println("not ok " + full);
			failed++;
			System.err.println("clients/java: " + full + ":");
			e.printStackTrace();
		}
	}

	/** What the jar says of itself. */
	private static String version() throws IOException {
		try (InputStream in = AuthleteApi.class.getResourceAsStream("/META-INF/maven/" + SDK + "/pom.properties")) {
			Properties properties = new Properties();
			properties.load(in);
			return properties.getProperty("version");
		}
	}

	/** The values, or fails naming what they are of. */
	static void equal(String what, Object wanted, Object got) {
		if (!java.util.Objects.deepEquals(wanted, got)) {
			throw new AssertionError(what + ": wanted " + text(wanted) + ", got " + text(got));
		}
	}

	static void check(String what, boolean holds) {
		if (!holds) {
			throw new AssertionError(what);
		}
	}

	private static String text(Object value) {
		if (!(value instanceof Object[])) {
			return String.valueOf(value);
		}
		List<String> texts = new ArrayList<>();
		for (Object element : (Object[]) value) {
			texts.add(text(element));
		}
		return texts.toString();
	}
}
