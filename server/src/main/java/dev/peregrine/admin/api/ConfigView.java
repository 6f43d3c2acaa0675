package dev.peregrine.admin.api;

import java.util.List;

/// The configuration in force: the answer to `GET /v1/config`.
///
/// @param options each option, in the order of the option table
public record ConfigView(List<Option> options) {
  public ConfigView {
    options = List.copyOf(options);
  }

  /// One option.
  ///
  /// @param name its name
  /// @param value its value in words, masked if it is a secret
  /// @param origin where it was set, such as `default` or `peregrine.yaml line 12`
  public record Option(String name, String value, String origin) {}
}
