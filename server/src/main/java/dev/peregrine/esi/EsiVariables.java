package dev.peregrine.esi;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Variables in references to fragments: `$(HTTP_HOST)`, `$(HTTP_ACCEPT_LANGUAGE)`,
/// `$(QUERY_STRING)`, and by name `$(QUERY_STRING{page})` and `$(HTTP_COOKIE{theme}|plain)`, with
/// what stands in for a missing one. Clients choose the values, so what is no letter or digit in
/// them is written `%XX`: no value can change which path is asked for. Variables in the text of a
/// page are left alone, since a value would have to be made fit for wherever it stands.
final class EsiVariables {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\(([A-Z_]+)(?:\\{([^}|)]*)\\})?(?:\\|([^)]*))?\\)");

  private EsiVariables() {}

  static String expanded(String reference, RequestHead page) {
    if (!reference.contains("$(")) {
      return reference;
    }
    return VARIABLE
        .matcher(reference)
        .replaceAll(found -> Matcher.quoteReplacement(value(found, page)));
  }

  private static String value(MatchResult found, RequestHead page) {
    String key = found.group(2);
    String value =
        switch (found.group(1)) {
          case "HTTP_HOST" -> page.fields().first(FieldName.HOST);
          case "HTTP_ACCEPT_LANGUAGE" -> page.fields().first("accept-language");
          case "HTTP_COOKIE" ->
              key == null ? null : named(page.fields().first(FieldName.COOKIE), ";", key);
          case "QUERY_STRING" -> key == null ? query(page) : named(query(page), "&", key);
          default -> null;
        };
    String fallback = found.group(3) == null ? "" : unquoted(found.group(3));
    return value == null || value.isEmpty() ? escaped(fallback) : escaped(value);
  }

  private static String query(RequestHead page) {
    int mark = page.target().indexOf('?');
    return mark < 0 ? "" : page.target().substring(mark + 1);
  }

  private static @Nullable String named(@Nullable String pairs, String separator, String key) {
    if (pairs == null) {
      return null;
    }
    for (String pair : pairs.split(separator, -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).strip().equals(key)) {
        return pair.substring(equals + 1).strip();
      }
    }
    return null;
  }

  private static String unquoted(String text) {
    boolean isQuoted = text.length() > 1 && text.startsWith("'") && text.endsWith("'");
    return isQuoted ? text.substring(1, text.length() - 1) : text;
  }

  /// All but letters, digits, `-` and `_` as `%XX`; what is written so already stays.
  private static String escaped(String value) {
    StringBuilder text = new StringBuilder();
    byte[] bytes = value.getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < bytes.length; i++) {
      byte octet = bytes[i];
      boolean isEscape =
          octet == '%'
              && i + 2 < bytes.length
              && Character.digit(bytes[i + 1], 16) >= 0
              && Character.digit(bytes[i + 2], 16) >= 0;
      boolean isPlain =
          (octet >= '0' && octet <= '9')
              || (octet >= 'A' && octet <= 'Z')
              || (octet >= 'a' && octet <= 'z')
              || octet == '-'
              || octet == '_';
      if (isEscape || isPlain) {
        text.append((char) octet);
      } else {
        text.append(String.format("%%%02X", octet & 0xff));
      }
    }
    return text.toString();
  }
}
