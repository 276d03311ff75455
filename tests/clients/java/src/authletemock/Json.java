package authletemock;

import java.util.Map;

import com.authlete.common.util.Utils;

/** What the SDK's users read a response content with. */
final class Json {
	private Json() {
	}

	static Map<?, ?> parse(String content) {
		Map<?, ?> parsed = Utils.fromJson(content, Map.class);
		if (parsed == null) {
			throw new AssertionError("no JSON object: " + content);
		}
		return parsed;
	}

	/** A member that must be there as a text. */
	static String text(Map<?, ?> parsed, String name) {
		Object value = parsed.get(name);
		if (!(value instanceof String)) {
			throw new AssertionError("no " + name + " in " + parsed.keySet());
		}
		return (String) value;
	}
}
