package dev.peregrine.conformance;

/// An app on Django.
class DjangoTest extends FrameworkContract.WithFiles {
  @Override
  String app() {
    return "python/django";
  }

  @Override
  String greeting() {
    return "django";
  }
}
