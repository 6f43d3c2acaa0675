package dev.peregrine.conformance;

/// An app on Sinatra.
class SinatraTest extends FrameworkContract.WithFiles {
  @Override
  String app() {
    return "ruby/sinatra";
  }

  @Override
  String greeting() {
    return "sinatra";
  }
}
