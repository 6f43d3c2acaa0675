package dev.peregrine.http;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the `Connection` fields of one message say. Source: RFC 9110 §7.6.1.
///
/// @param isClose whether `close` is among the options
/// @param isKeepAlive whether `keep-alive` is among the options
/// @param isUpgrade whether `upgrade` is among the options
/// @param namesOthers whether there are further options, which name fields to be dropped
public record ConnectionOptions(
    boolean isClose, boolean isKeepAlive, boolean isUpgrade, boolean namesOthers) {
  /// The options of a message without `Connection`.
  public static final ConnectionOptions NONE = new ConnectionOptions(false, false, false, false);

  private static final ConnectionOptions CLOSE = new ConnectionOptions(true, false, false, false);
  private static final ConnectionOptions ALIVE = new ConnectionOptions(false, true, false, false);
  private static final ConnectionOptions UPGRADE = new ConnectionOptions(false, false, true, false);

  /// Reads the fields; `null` if one of them is not a list of tokens.
  public static @Nullable ConnectionOptions of(FieldSection fields) {
    ConnectionOptions options = NONE;
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.CONNECTION) {
        ConnectionOptions more = ofLine(fields, i);
        if (more == null) {
          return null;
        }
        options = options.and(more);
      }
    }
    return options;
  }

  /// Whether the connection stays open after a message of HTTP/1.`minorVersion`. RFC 9112 §9.3
  public boolean isPersistent(int minorVersion) {
    return !isClose && (minorVersion > 0 || isKeepAlive);
  }

  /// Whether field line `i` ends with this connection. Fields meant for every recipient are kept
  /// even when they are named.
  public boolean covers(FieldSection fields, int i) {
    FieldName name = fields.known(i);
    if (name.isConnectionField()) {
      return true;
    }
    if (!namesOthers || name.isProtected()) {
      return false;
    }
    for (int line = 0; line < fields.size(); line++) {
      if (fields.known(line) == FieldName.CONNECTION
          && TokenList.contains(fields, line, fields.name(i))) {
        return true;
      }
    }
    return false;
  }

  private ConnectionOptions and(ConnectionOptions more) {
    return new ConnectionOptions(
        isClose || more.isClose,
        isKeepAlive || more.isKeepAlive,
        isUpgrade || more.isUpgrade,
        namesOthers || more.namesOthers);
  }

  private static @Nullable ConnectionOptions ofLine(FieldSection fields, int i) {
    if (fields.valueIs(i, "keep-alive")) {
      return ALIVE;
    }
    if (fields.valueIs(i, "close")) {
      return CLOSE;
    }
    if (fields.valueIs(i, "upgrade")) {
      return UPGRADE;
    }
    Collector collector = new Collector();
    return TokenList.forEach(fields, i, collector) ? collector.options() : null;
  }

  private static final class Collector implements Predicate<String> {
    private boolean close;
    private boolean keepAlive;
    private boolean upgrade;
    private boolean others;

    @Override
    public boolean test(String option) {
      switch (option) {
        case "close" -> close = true;
        case "keep-alive" -> keepAlive = true;
        case "upgrade" -> upgrade = true;
        default -> others = true;
      }
      return true;
    }

    ConnectionOptions options() {
      return new ConnectionOptions(close, keepAlive, upgrade, others);
    }
  }
}
