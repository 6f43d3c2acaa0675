package dev.peregrine.admin.api;

import java.util.List;

/// Asks what the cache makes of a request: the body of `POST /v1/cache/explain` and of `POST
/// /v1/cache/lint`.
///
/// @param url a URL, or a path
/// @param fields further field lines, such as `Accept: text/html`
public record ExplainRequest(String url, List<String> fields) {
  public ExplainRequest {
    fields = fields == null ? List.of() : List.copyOf(fields);
  }
}
