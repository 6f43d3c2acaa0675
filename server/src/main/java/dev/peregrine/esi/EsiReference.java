package dev.peregrine.esi;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.Grammar;
import dev.peregrine.http.RequestHead;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a fragment is found: what `src` and `alt` mean on a page. Only what the same app serves
/// under the same host can be meant, so that nobody who gets markup into a page can have this
/// server ask others.
public sealed interface EsiReference {
  Pattern ABSOLUTE = Pattern.compile("(?:https?:)?//([^/?]*)(.*)", Pattern.CASE_INSENSITIVE);
  Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:");

  /// A request target in origin form.
  record Target(String target) implements EsiReference {}

  /// A reference that is not followed.
  record Refused(String why) implements EsiReference {}

  /// Resolves a reference against the request for the page, variables first.
  static EsiReference of(String reference, RequestHead page) {
    String text = EsiVariables.expanded(reference, page);
    int end = text.indexOf('#');
    String whole = end < 0 ? text : text.substring(0, end);
    Matcher absolute = ABSOLUTE.matcher(whole);
    if (absolute.matches()) {
      String host = page.fields().first(FieldName.HOST);
      if (!absolute.group(1).equalsIgnoreCase(host)) {
        return new Refused("it is of another host");
      }
      String rest = absolute.group(2);
      return target(rest.startsWith("/") ? rest : "/" + rest);
    }
    if (SCHEME.matcher(whole).lookingAt()) {
      return new Refused("its scheme is neither http nor https");
    }
    String path = page.path();
    if (whole.startsWith("/")) {
      return target(whole);
    }
    return target(
        whole.startsWith("?")
            ? path + whole
            : path.substring(0, path.lastIndexOf('/') + 1) + whole);
  }

  private static EsiReference target(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7e || !Grammar.isTarget((byte) text.charAt(i))) {
        return new Refused("it has a character that no URL has");
      }
    }
    int query = text.indexOf('?');
    String path = query < 0 ? text : text.substring(0, query);
    Deque<String> segments = new ArrayDeque<>();
    String[] parts = path.substring(1).split("/", -1);
    for (int i = 0; i < parts.length; i++) {
      boolean isLast = i == parts.length - 1;
      if (parts[i].equals("..") && segments.pollLast() == null) {
        return new Refused("it leads out of the site");
      }
      if (!parts[i].equals(".") && !parts[i].equals("..")) {
        segments.add(parts[i]);
      } else if (isLast) {
        segments.add("");
      }
    }
    return new Target("/" + String.join("/", segments) + (query < 0 ? "" : text.substring(query)));
  }
}
