package dev.peregrine.cache;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The member that Peregrine adds to `Cache-Status`: how it handled a request, and nothing that a
/// client should not know. Source: RFC 9211.
///
/// @param forward why the app was asked
/// @param status what the app answered if that is not the status of the answer, such as 304; 0 if
///   it is
/// @param isStored whether the response is being stored
/// @param isCollapsed whether the response to another request for the same was taken
/// @param ttlSeconds what is left of the freshness of what is stored; negative when it is stale
public record CacheStatus(
    Forward forward, int status, boolean isStored, boolean isCollapsed, long ttlSeconds) {
  private static final String HIT = "Cache-Status: Peregrine; hit; ttl=";
  private static final byte[] HIT_LINE_START = HIT.getBytes(StandardCharsets.US_ASCII);
  private static final Map<Forward, String> PASSED_LINES = passedLines();

  /// The beginning of the field line of an answer from the cache; the seconds and CR LF are to
  /// follow. Not to be changed.
  public static byte[] hitLineStart() {
    return HIT_LINE_START;
  }

  /// A request that the app answers and nothing is stored of.
  public static CacheStatus passed(Forward forward) {
    return new CacheStatus(forward, 0, false, false, 0);
  }

  /// The field line of [#passed], of which there is one for each reason.
  public static String passedLine(Forward forward) {
    return Objects.requireNonNull(PASSED_LINES.get(forward));
  }

  private static Map<Forward, String> passedLines() {
    Map<Forward, String> lines = new EnumMap<>(Forward.class);
    for (Forward forward : Forward.values()) {
      lines.put(forward, passed(forward).line());
    }
    return lines;
  }

  /// The field line with its CR LF.
  public String line() {
    StringBuilder line = new StringBuilder("Cache-Status: Peregrine; fwd=").append(forward.word());
    if (status > 0) {
      line.append("; fwd-status=").append(status);
    }
    if (isStored) {
      line.append("; stored; ttl=").append(ttlSeconds);
    }
    return line.append(isCollapsed ? "; collapsed\r\n" : "\r\n").toString();
  }
}
