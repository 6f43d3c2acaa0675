package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SyslogMessageTest {

  @Test
  void parse_ofRfc3164WithHost_findsTheTag() {
    // RFC 3164 §5.4, example 1
    SyslogMessage message =
        parse("<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8");
    assertThat(message)
        .isEqualTo(
            new SyslogMessage(4, 2, "su", "", "", "'su root' failed for lonvick on /dev/pts/8"));
  }

  @Test
  void parse_ofWhatTheCLibrarySends_hasNoHost() {
    assertThat(parse("<86>Nov  5 02:00:01 cron[412]: session opened\n\0"))
        .isEqualTo(new SyslogMessage(10, 6, "cron", "412", "", "session opened"));
  }

  @Test
  void parse_withoutTime_findsTheTag() {
    assertThat(parse("<13>app: hello: world"))
        .isEqualTo(new SyslogMessage(1, 5, "app", "", "", "hello: world"));
  }

  @Test
  void parse_withoutPriority_isUserNotice() {
    // RFC 3164 §4.3.3
    assertThat(parse("Use the BFG!"))
        .isEqualTo(new SyslogMessage(1, 5, "", "", "", "Use the BFG!"));
  }

  @Test
  void parse_ofImpossiblePriority_keepsTheWholeText() {
    assertThat(parse("<999>x").text()).isEqualTo("<999>x");
  }

  @Test
  void parse_ofRfc5424_findsEveryPart() {
    // RFC 5424 §6.5, example 3
    SyslogMessage message =
        parse(
            "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47"
                + " [exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"]"
                + " \ufeffAn application event log entry...");
    assertThat(message)
        .isEqualTo(
            new SyslogMessage(
                20,
                5,
                "evntslog",
                "",
                "[exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"]",
                "An application event log entry..."));
  }

  @Test
  void parse_ofRfc5424WithoutDataAndTime_takesThemForAbsent() {
    // RFC 5424 §6.2.3 and §6.3
    assertThat(parse("<14>1 - - app 99 - - text"))
        .isEqualTo(new SyslogMessage(1, 6, "app", "99", "", "text"));
  }

  @Test
  void parse_ofRfc5424WithoutMessage_hasNoText() {
    // RFC 5424 §6.5, example 4
    SyslogMessage message =
        parse("<165>1 2003-10-11T22:14:15.003Z h app - ID47 [a x=\"1\"][b y=\"2\"]");
    assertThat(message.data()).isEqualTo("[a x=\"1\"][b y=\"2\"]");
    assertThat(message.text()).isEmpty();
  }

  @Test
  void parse_ofRfc5424WithEscapedBracket_keepsTheElementTogether() {
    // RFC 5424 §6.3.3
    SyslogMessage message = parse("<14>1 - - app - - [a x=\"\\] \\\" ]\"] text");
    assertThat(message.data()).isEqualTo("[a x=\"\\] \\\" ]\"]");
    assertThat(message.text()).isEqualTo("text");
  }

  @Test
  void parse_ofBrokenBytes_replacesThem() {
    byte[] bytes = {'<', '1', '3', '>', 'a', ':', ' ', (byte) 0xff, 'x'};
    assertThat(SyslogMessage.parse(bytes, bytes.length).text()).isEqualTo("\ufffdx");
  }

  @Test
  void parse_ofNothing_isEmpty() {
    assertThat(parse("").text()).isEmpty();
    assertThat(parse("<13>").text()).isEmpty();
    assertThat(parse("<14>1 ").text()).isEqualTo("1 ");
  }

  @Test
  void level_ofMessage_isInWords() {
    assertThat(parse("<38>sshd[9]: x").level()).isEqualTo("auth.info");
  }

  private static SyslogMessage parse(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return SyslogMessage.parse(bytes, bytes.length);
  }
}
