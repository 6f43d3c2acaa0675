package dev.peregrine.conformance;

/// An app on Flask.
class FlaskTest extends FrameworkContract.WithFiles {
  @Override
  String app() {
    return "python/flask";
  }

  @Override
  String greeting() {
    return "flask";
  }
}
