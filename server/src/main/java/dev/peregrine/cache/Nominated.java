package dev.peregrine.cache;

import dev.peregrine.http.FieldName;
import dev.peregrine.http.FieldSection;
import dev.peregrine.http.RequestHead;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A request field that a response's `Vary` names, with its value in the request that was answered.
/// A field that was taken off as one of the connection's counts as absent, since the app did not
/// see it.
final class Nominated {
  private static final int NONE = -1;
  private static final int SEVERAL = -2;

  private final String name;
  private final FieldName known;
  private final byte @Nullable [] raw;
  private final @Nullable String normal;

  private Nominated(String name, FieldName known, byte @Nullable [] raw, @Nullable String normal) {
    this.name = name;
    this.known = known;
    this.raw = raw;
    this.normal = normal;
  }

  static Nominated of(String name, RequestHead request) {
    FieldName known = known(name);
    int line = line(request, known, name);
    FieldSection fields = request.fields();
    byte[] raw =
        line < 0
            ? null
            : Arrays.copyOfRange(fields.bytes(), fields.valueStart(line), fields.valueEnd(line));
    return new Nominated(name, known, raw, normal(request, known, name, line));
  }

  String name() {
    return name;
  }

  /// The value in its normal form; `null` if the request was without the field.
  @Nullable String normal() {
    return normal;
  }

  boolean isSame(Nominated other) {
    return name.equals(other.name) && Objects.equals(normal, other.normal);
  }

  /// Whether the request has the same value, or `language` is the one that it wants most.
  boolean matches(RequestHead request, String language) {
    int line = line(request, known, name);
    String mine = normal;
    if (line == NONE || mine == null) {
      return line == NONE && mine == null;
    }
    FieldSection fields = request.fields();
    byte[] octets = raw;
    if (line != SEVERAL
        && octets != null
        && Arrays.equals(
            octets,
            0,
            octets.length,
            fields.bytes(),
            fields.valueStart(line),
            fields.valueEnd(line))) {
      return true;
    }
    String theirs = normal(request, known, name, line);
    return mine.equals(theirs)
        || (known == FieldName.ACCEPT_LANGUAGE
            && !language.isEmpty()
            && theirs != null
            && NormalValue.isPreferred(theirs, language));
  }

  /// Index of the one line of that name, or [#NONE] or [#SEVERAL].
  private static int line(RequestHead request, FieldName known, String name) {
    FieldSection fields = request.fields();
    int found = NONE;
    for (int i = 0; i < fields.size(); i++) {
      if (isNamed(fields, i, known, name) && !request.isConnectionField(i)) {
        if (found != NONE) {
          return SEVERAL;
        }
        found = i;
      }
    }
    return found;
  }

  private static @Nullable String normal(
      RequestHead request, FieldName known, String name, int line) {
    if (line == NONE) {
      return null;
    }
    FieldSection fields = request.fields();
    StringBuilder joined = new StringBuilder();
    for (int i = 0; i < fields.size(); i++) {
      if (isNamed(fields, i, known, name) && !request.isConnectionField(i)) {
        joined.append(joined.isEmpty() ? "" : known == FieldName.COOKIE ? "; " : ",");
        joined.append(fields.value(i));
      }
    }
    return NormalValue.of(known, joined.toString());
  }

  private static boolean isNamed(FieldSection fields, int i, FieldName known, String name) {
    return fields.known(i) == known && (known != FieldName.OTHER || fields.nameIs(i, name));
  }

  private static FieldName known(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.ISO_8859_1);
    int hash = 0;
    for (byte octet : bytes) {
      hash = FieldName.mix(hash, octet);
    }
    return FieldName.of(bytes, 0, bytes.length, hash);
  }
}
