package dev.peregrine.cache;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which stored responses a purge is about.
public sealed interface PurgeTarget {
  /// All of them.
  record Everything() implements PurgeTarget {}

  /// Those of one URL, whatever their scheme, cookies and variants: its authority, path and query
  /// as in a key, such as `//example.org/a?b=c`; without authority, such as `/a?b=c`, that path at
  /// every host.
  ///
  /// @param url as above
  record Url(String url) implements PurgeTarget {
    /// What is taken for a host although no scheme stands before it.
    private static final Pattern HOST = Pattern.compile("localhost\\b|\\[|[^/?#]*[.:]");

    /// What a person calls a URL, in the form above: a URL, one without its scheme, or a path. The
    /// fragment does not count, the query is made as in a key. Empty if it is none of these.
    public static Optional<String> name(CachePolicy policy, String text) {
      String ascii = encoded(text.strip());
      if (ascii.startsWith("/") && !ascii.startsWith("//")) {
        return policy.key("http://host" + ascii).map(CacheKey::target);
      }
      boolean isUrl = ascii.contains("://");
      boolean isHost = ascii.startsWith("//") || HOST.matcher(ascii).lookingAt();
      return isUrl || isHost
          ? policy.key(isUrl ? ascii : "http://" + ascii.replaceFirst("^//", "")).map(Url::nameOf)
          : Optional.empty();
    }

    /// The name of a key's URL.
    static String nameOf(CacheKey key) {
      String url = key.url();
      return url.substring(url.indexOf("//"));
    }

    /// As a browser sends it: what is not ASCII, and spaces, in percent encoding.
    private static String encoded(String text) {
      StringBuilder out = new StringBuilder();
      for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
        if (octet > ' ' && octet < 0x7f) {
          out.append((char) octet);
        } else {
          out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
        }
      }
      return out.toString();
    }
  }

  /// Those whose URL, in the form of [Url], begins so.
  ///
  /// @param prefix beginning of authority and path, or of the path
  record Prefix(String prefix) implements PurgeTarget {}

  /// Those that the app gave a tag.
  ///
  /// @param tag the tag, letter case counts
  record Tag(String tag) implements PurgeTarget {}

  /// Those that the app put into a group. RFC 9875 §2
  ///
  /// @param group origin and name, as [StoredHead#groups] has them
  record Group(String group) implements PurgeTarget {}
}
