package dev.peregrine.conformance;

/// A Rack app on MRI.
class RubyTest extends RuntimeContract implements RackShapes {
  @Override
  Peregrine.Setup setup() {
    return Peregrine.of("ruby/kitchen").workers(1).option("thread_count", 4);
  }

  @Override
  public boolean isGateway() {
    return true;
  }
}
