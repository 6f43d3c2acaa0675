package dev.peregrine.admin.api;

import java.util.List;

/// What is wrong with the responses to one URL: the answer to `POST /v1/cache/lint`.
///
/// @param url what was asked for
/// @param status status of the answer
/// @param requests number of requests sent to the app
/// @param findings what is wrong; empty if nothing was found
public record LintReport(String url, int status, int requests, List<Finding> findings) {
  public LintReport {
    findings = List.copyOf(findings);
  }

  /// One thing that is wrong.
  ///
  /// @param rule short name of the rule
  /// @param what what was found
  /// @param where the field or request that shows it
  /// @param why what it leads to
  /// @param remedy what to do about it
  public record Finding(String rule, String what, String where, String why, String remedy) {}
}
