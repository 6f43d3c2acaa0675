package dev.peregrine.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LauncherMarkTest {
  @Test
  void withoutLauncher_marked_givesTheCallersEnvironmentBack() {
    Environment seen =
        parse(
            "_JAVA_SR_SIGNUM=62",
            "LC_ALL=C.UTF-8",
            "PEREGRINE_LAUNCHER=1",
            "LC_ALL=de",
            "A.B=1",
            "\312AVA_TOOL_OPTIONS=-x",
            "\314D_PRELOAD=y",
            "\312ONES=z");

    assertThat(seen.withoutLauncher())
        .isEqualTo(
            parse("LC_ALL=de", "A.B=1", "JAVA_TOOL_OPTIONS=-x", "LD_PRELOAD=y", "\312ONES=z"));
  }

  @Test
  void withoutLauncher_notMarked_staysAsItIs() {
    Environment seen = parse("LC_ALL=de", "A.B=1");

    assertThat(seen.withoutLauncher()).isEqualTo(seen);
  }

  private static Environment parse(String... entries) {
    return Environment.parse((String.join("\0", entries) + "\0").getBytes(ISO_8859_1));
  }
}
