package dev.peregrine.conformance;

/// An app on Rails.
class RailsTest extends FrameworkContract.WithFiles {
  @Override
  String app() {
    return "ruby/rails";
  }

  @Override
  String greeting() {
    return "rails";
  }
}
