package dev.peregrine.config;

/// One mistake of the operator: where it is, what was found there, what was expected instead, and
/// what to do.
///
/// @param at place of the mistake
/// @param subject option or thing it is about
/// @param found what is there, escaped
/// @param expected what could be there
/// @param remedy what to do, an imperative sentence without a full stop
public record Problem(Origin at, String subject, String found, String expected, String remedy) {

  /// The problem in one line.
  public String describe() {
    String where = at.describe();
    String prefix = where.isEmpty() || where.equals(subject) ? "" : where + ": ";
    return prefix + subject + ": " + found + " (expected " + expected + "); " + remedy;
  }
}
