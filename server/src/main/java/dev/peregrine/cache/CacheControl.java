package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.Grammar;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The directives that hold for a response: those of the most specific field that is there.
/// Sources: RFC 9111 §5.2.2, RFC 9213, RFC 5861.
///
/// Of directives given twice the more restrictive one counts. A number that is none makes the
/// response stale; a restriction holds even where its directive is malformed, a permission does
/// not.
final class CacheControl {
  /// Whether a targeted field is in force, so that `Cache-Control` and `Expires` do not count.
  final boolean isTargeted;

  boolean isNoStore;
  boolean isPrivate;
  boolean isNoCache;
  boolean isPublic;
  boolean isMustRevalidate;
  boolean isProxyRevalidate;
  boolean isMustUnderstand;
  boolean isMalformed;

  /// In seconds; [Seconds#ABSENT] if the directive is not there.
  long maxAge = Seconds.ABSENT;

  long sharedMaxAge = Seconds.ABSENT;
  long staleWhileRevalidate = Seconds.ABSENT;
  long staleIfError = Seconds.ABSENT;

  /// Names, in lower case, of fields that may not be given to others.
  final List<String> withheld = new ArrayList<>();

  CacheControl(boolean isTargeted) {
    this.isTargeted = isTargeted;
  }

  /// Reads the fields of a response.
  static CacheControl of(FieldSection fields) {
    CacheControl targeted = TargetedControl.of(fields);
    return targeted == null ? ofCacheControl(fields) : targeted;
  }

  private static CacheControl ofCacheControl(FieldSection fields) {
    CacheControl control = new CacheControl(false);
    for (int i = 0; i < fields.size(); i++) {
      if (fields.known(i) == FieldName.CACHE_CONTROL) {
        DirectiveLexer lexer = new DirectiveLexer(fields, i);
        while (lexer.next()) {
          control.take(lexer);
        }
        control.isMalformed |= lexer.isUnterminated();
      }
    }
    return control;
  }

  private void take(DirectiveLexer lexer) {
    boolean isFormed = !lexer.isMalformed();
    String argument = lexer.argument();
    long seconds = isFormed ? Seconds.parse(argument) : Seconds.ABSENT;
    switch (lexer.name()) {
      case "no-store" -> isNoStore = true;
      case "private" -> isPrivate |= !withholds(isFormed ? argument : null);
      case "no-cache" -> isNoCache |= !withholds(isFormed ? argument : null);
      case "must-revalidate" -> isMustRevalidate = true;
      case "proxy-revalidate" -> isProxyRevalidate = true;
      case "public" -> isPublic |= isFormed;
      case "must-understand" -> isMustUnderstand |= isFormed;
      default -> takeSeconds(lexer.name(), seconds);
    }
  }

  /// Takes a directive whose argument is a number, [Seconds#ABSENT] if it is none.
  void takeSeconds(String name, long seconds) {
    switch (name) {
      case "max-age" -> maxAge = smaller(maxAge, seconds);
      case "s-maxage" -> sharedMaxAge = smaller(sharedMaxAge, seconds);
      case "stale-while-revalidate" ->
          staleWhileRevalidate = smaller(staleWhileRevalidate, seconds);
      case "stale-if-error" -> staleIfError = smaller(staleIfError, seconds);
      default -> {}
    }
  }

  /// Takes a list of field names as those to be withheld; `false` if there is no such list, so that
  /// the directive is about the whole response.
  boolean withholds(@Nullable String list) {
    if (list == null) {
      return false;
    }
    List<String> names = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      String name = part.strip().toLowerCase(Locale.ROOT);
      if (!name.isEmpty() && !Grammar.isToken(name)) {
        return false;
      }
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    withheld.addAll(names);
    return !names.isEmpty();
  }

  /// Names of permissions to serve stale that are there and do not count: `s-maxage` includes
  /// `proxy-revalidate`. RFC 9111 §5.2.2.10
  List<String> undoneBySharedMaxAge() {
    List<String> undone = new ArrayList<>();
    if (sharedMaxAge != Seconds.ABSENT && staleWhileRevalidate > 0) {
      undone.add("stale-while-revalidate");
    }
    if (sharedMaxAge != Seconds.ABSENT && staleIfError > 0) {
      undone.add("stale-if-error");
    }
    return undone;
  }

  private static long smaller(long before, long seconds) {
    long number = Math.max(0, seconds);
    return before == Seconds.ABSENT ? number : Math.min(before, number);
  }
}
