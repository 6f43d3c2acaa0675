package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SyslogFramesTest {
  private final SyslogFrames frames = new SyslogFrames();

  @Test
  void add_ofMessagesWithTheirLength_cutsThemThere() {
    // RFC 6587 §3.4.1
    assertThat(add("5 <1>ab3 a\nb")).isEqualTo("(<1>ab)(a\nb)");
  }

  @Test
  void add_ofMessagesThatEnd_cutsThemThere() {
    // RFC 6587 §3.4.2
    assertThat(add("<1>one\n<2>two\0\n<3>thr")).isEqualTo("(<1>one)(<2>two)");
    assertThat(add("ee\n")).isEqualTo("(<3>three)");
  }

  @Test
  void add_byteByByte_isTheSame() {
    StringBuilder out = new StringBuilder();
    for (char c : "5 <1>ab<2>two\n12 is a number\n".toCharArray()) {
      out.append(add(String.valueOf(c)));
    }
    assertThat(out).hasToString("(<1>ab)(<2>two)(is a number\n)");
  }

  @Test
  void add_ofTextThatBeginsWithDigits_isText() {
    assertThat(add("12ab c\n0 x\n")).isEqualTo("(12ab c)(0 x)");
  }

  @Test
  void end_withoutLineEnd_givesTheRest() {
    assertThat(add("<1>rest")).isEmpty();
    assertThat(new String(frames.end(SyslogFramesTest::show), UTF_8)).isEqualTo("(<1>rest)");
    assertThat(frames.end(SyslogFramesTest::show)).isEmpty();
  }

  @Test
  void add_ofEndlessMessage_cutsIt() {
    String out = add("x".repeat(SyslogFrames.MAX_BYTES + 5) + "\n");
    assertThat(out).isEqualTo("(" + "x".repeat(SyslogFrames.MAX_BYTES) + ")(xxxxx)");
  }

  private String add(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new String(frames.add(bytes, bytes.length, SyslogFramesTest::show), UTF_8);
  }

  private static byte[] show(byte[] bytes, int length) {
    return ("(" + new String(bytes, 0, length, UTF_8) + ")").getBytes(UTF_8);
  }
}
