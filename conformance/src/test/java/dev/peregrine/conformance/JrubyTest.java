package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A Rack app where no Ruby is installed: it runs on the JRuby that comes with the product.
class JrubyTest extends RuntimeContract implements RackShapes {
  @Override
  Peregrine.Setup setup() {
    return Peregrine.of("ruby/kitchen")
        .workers(1)
        .option("thread_count", 4)
        .variable("PATH", Tools.pathWithout("ruby", "jruby", "rbenv"));
  }

  @Override
  public boolean isGateway() {
    return true;
  }

  @Test
  void start_withoutRubyOnTheMachine_saysThatJrubyIsUsed() {
    assertThat(server().output()).containsIgnoringCase("jruby");
  }
}
