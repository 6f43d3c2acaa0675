package dev.peregrine.admin.api;

import java.util.List;

/// What the workers printed last: the answer to `GET /v1/output`.
///
/// @param lines lines with their origin, oldest first
/// @param droppedBytes bytes dropped in floods since the start
public record OutputView(List<String> lines, long droppedBytes) {
  public OutputView {
    lines = List.copyOf(lines);
  }
}
