package dev.peregrine.app;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The head of a request as Ruby and Python workers take it, by docs/adr/0007.
public final class GatewayFrame {
  private static final List<String> FIXED =
      List.of(
          "REQUEST_METHOD",
          "REQUEST_URI",
          "PATH_INFO",
          "QUERY_STRING",
          "SERVER_NAME",
          "SERVER_PORT",
          "SERVER_PROTOCOL",
          "REMOTE_ADDR",
          "REMOTE_PORT",
          "HTTP_X_FORWARDED_FOR",
          "HTTP_X_FORWARDED_PROTO",
          "HTTP_X_REQUEST_ID",
          "HTTP_X_REQUEST_START");

  private GatewayFrame() {}

  /// A frame with these variables; those of the fixed ones that are missing are empty.
  public static byte[] of(Map<String, String> variables) {
    Map<String, String> others = new LinkedHashMap<>(variables);
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (String name : FIXED) {
      String value = others.remove(name);
      put(block, value == null ? "" : value);
    }
    others.forEach((name, value) -> {
      put(block, name);
      put(block, value);
    });
    int strings = FIXED.size() + 2 * others.size();
    return ByteBuffer.allocate(8 + block.size())
        .putInt(4 + block.size())
        .putInt(strings)
        .put(block.toByteArray())
        .array();
  }

  /// Reads the variables of a frame whose length has been read.
  public static Map<String, String> read(DataInputStream in, int length) throws IOException {
    int strings = in.readInt();
    String block = new String(in.readNBytes(length - 4), StandardCharsets.ISO_8859_1);
    String[] parts = block.split("\0", -1);
    if (parts.length != strings + 1) {
      throw new IOException(strings + " strings were announced, " + (parts.length - 1) + " came");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < FIXED.size(); i++) {
      variables.put(FIXED.get(i), parts[i]);
    }
    for (int i = FIXED.size(); i < strings; i += 2) {
      variables.put(parts[i], parts[i + 1]);
    }
    return variables;
  }

  private static void put(ByteArrayOutputStream block, String text) {
    block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    block.write(0);
  }
}
