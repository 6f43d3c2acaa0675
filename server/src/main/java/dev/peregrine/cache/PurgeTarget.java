package dev.peregrine.cache;

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
    /// The name of a key's URL.
    static String nameOf(CacheKey key) {
      String url = key.url();
      return url.substring(url.indexOf("//"));
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
