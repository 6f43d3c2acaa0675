package dev.peregrine.admin.api;

import java.util.List;

/// Asks to purge stored responses: the body of `POST /v1/cache/purge`.
///
/// @param urls URLs, or paths at every host
/// @param tags tags that the app gave
/// @param prefixes beginnings of URLs or paths
/// @param everything whether all responses go
/// @param soft whether they stay as stale ones
public record PurgeRequest(
    List<String> urls, List<String> tags, List<String> prefixes, boolean everything, boolean soft) {
  public PurgeRequest {
    urls = urls == null ? List.of() : List.copyOf(urls);
    tags = tags == null ? List.of() : List.copyOf(tags);
    prefixes = prefixes == null ? List.of() : List.copyOf(prefixes);
  }
}
