package dev.peregrine.esi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Events of a parser as one text.
final class Written {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  void take(EsiEvent event) {
    switch (event) {
      case EsiEvent.Text(var bytes) -> {
        byte[] piece = new byte[bytes.remaining()];
        bytes.get(piece);
        out.writeBytes(piece);
      }
      case EsiEvent.Include(var src, var alt, var isOptional) ->
          write("[" + src + (alt == null ? "" : "|" + alt) + (isOptional ? "?" : "") + "]");
      case EsiEvent.Open(var part) -> write("{" + part.name().charAt(0));
      case EsiEvent.Close(_) -> write("}");
      case EsiEvent.Problem(_, _) -> write("!");
    }
  }

  String text() {
    return out.toString(UTF_8);
  }

  private void write(String text) {
    out.writeBytes(text.getBytes(UTF_8));
  }
}
