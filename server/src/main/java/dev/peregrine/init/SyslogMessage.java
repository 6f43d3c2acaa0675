package dev.peregrine.init;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One message out of the syslog socket, in the form of RFC 5424, of RFC 3164, or of what programs
/// really send. Pure; nothing is refused: what has no known form is text.
///
/// @param facility what kind of program, 0 to 23
/// @param severity 0 (emergency) to 7 (debug)
/// @param app name of the program; empty if it gave none
/// @param pid process id as given; empty if it gave none
/// @param data structured data of RFC 5424 as given; empty if there is none
/// @param text the message, without line end
record SyslogMessage(int facility, int severity, String app, String pid, String data, String text) {
  private static final int USER_NOTICE = 13; // RFC 3164 §4.3.3: a message without priority
  private static final int MAX_PRIORITY = 191;

  private static final Pattern PRIORITY = Pattern.compile("<(\\d{1,3})>");
  // RFC 5424 §6: VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID, then data and message
  private static final Pattern HEAD =
      Pattern.compile("1 (?:-|\\d{4}-\\S+) \\S{1,255} (\\S{1,48}) (\\S{1,128}) \\S{1,32} ?");
  private static final Pattern TIME =
      Pattern.compile(
          "(?:[A-Z][a-z]{2} [ \\d]\\d \\d{2}:\\d{2}:\\d{2}|\\d{4}-\\d{2}-\\d{2}T\\S+) ");
  private static final Pattern TAG =
      Pattern.compile("([^\\s:\\[\\]]{1,64})(?:\\[([^\\]\\s]*)\\])?: ?");
  private static final Pattern HOST = Pattern.compile("[^\\s:\\[\\]]+ ");

  private static final String[] FACILITIES = {
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "ntp",
    "audit",
    "alert",
    "clock",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7"
  };
  private static final String[] SEVERITIES = {
    "emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"
  };

  /// Reads one message.
  static SyslogMessage parse(byte[] bytes, int length) {
    int end = length;
    while (end > 0 && (bytes[end - 1] == 0 || bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    String line = new String(Arrays.copyOf(bytes, end), UTF_8);
    int priority = USER_NOTICE;
    Matcher leading = PRIORITY.matcher(line);
    if (leading.lookingAt() && Integer.parseInt(leading.group(1)) <= MAX_PRIORITY) {
      priority = Integer.parseInt(leading.group(1));
      line = line.substring(leading.end());
    }
    Matcher head = HEAD.matcher(line);
    return head.lookingAt() ? modern(priority, head, line) : old(priority, line);
  }

  private static SyslogMessage modern(int priority, Matcher head, String line) {
    String rest = line.substring(head.end());
    int dataEnd = dataEnd(rest);
    String data = rest.substring(0, dataEnd);
    String text = rest.substring(Math.min(rest.length(), dataEnd + 1));
    return new SyslogMessage(
        priority >> 3,
        priority & 7,
        known(head.group(1)),
        known(head.group(2)),
        known(data),
        text.startsWith("\ufeff") ? text.substring(1) : text);
  }

  private static String known(String value) {
    return value.equals("-") ? "" : value;
  }

  /// Where the structured data ends: `-`, or elements in brackets, whose values may hold `\]`.
  private static int dataEnd(String rest) {
    if (!rest.startsWith("[")) {
      return rest.startsWith("-") ? 1 : 0;
    }
    boolean isQuoted = false;
    for (int i = 1; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        isQuoted = !isQuoted;
      } else if (c == ']' && !isQuoted && !rest.startsWith("[", i + 1)) {
        return i + 1;
      }
    }
    return rest.length();
  }

  private static SyslogMessage old(int priority, String line) {
    Matcher time = TIME.matcher(line);
    boolean isTimed = time.lookingAt();
    String rest = isTimed ? line.substring(time.end()) : line;
    Matcher tag = TAG.matcher(rest);
    if (!tag.lookingAt()) {
      Matcher host = HOST.matcher(rest);
      if (!isTimed || !host.lookingAt() || !tag.region(host.end(), rest.length()).lookingAt()) {
        return new SyslogMessage(priority >> 3, priority & 7, "", "", "", rest);
      }
    }
    String pid = tag.group(2) == null ? "" : tag.group(2);
    return new SyslogMessage(
        priority >> 3, priority & 7, tag.group(1), pid, "", rest.substring(tag.end()));
  }

  /// Facility and severity in words, such as `daemon.info`.
  String level() {
    return facilityName() + "." + severityName();
  }

  String facilityName() {
    return facility < FACILITIES.length ? FACILITIES[facility] : Integer.toString(facility);
  }

  String severityName() {
    return SEVERITIES[severity];
  }
}
