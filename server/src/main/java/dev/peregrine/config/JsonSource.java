package dev.peregrine.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/// Reads JSON into a tree of texts with their places.
final class JsonSource {
  private static final int MAX_DEPTH = 8;

  private final SourceFile file;

  JsonSource(SourceFile file) {
    this.file = file;
  }

  /// The object that the file holds; nothing after a problem was reported.
  Optional<Found.Members> read(String text) {
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      Found root = found(parser);
      if (parser.nextToken() != null) {
        TokenStreamLocation at = parser.currentTokenLocation();
        file.report(
            at.getLineNr(),
            at.getColumnNr(),
            "more text after the end of the object",
            "one JSON object",
            "remove what follows it");
        return Optional.empty();
      }
      if (root instanceof Found.Members members) {
        return Optional.of(members);
      }
      file.report(
          root.line(),
          root.column(),
          root.describe(),
          "one JSON object",
          "check that the file is complete");
    } catch (UnexpectedEndOfInputException e) {
      report(e, "the end of the file");
    } catch (JacksonException e) {
      report(e, firstLine(e.getOriginalMessage()));
    }
    return Optional.empty();
  }

  private void report(JacksonException e, String found) {
    TokenStreamLocation at = e.getLocation();
    file.report(
        at == null ? 0 : Math.max(0, at.getLineNr()),
        at == null ? 0 : Math.max(0, at.getColumnNr()),
        found,
        "one complete JSON object",
        "correct the line, or the one before it");
  }

  private static String firstLine(String message) {
    int end = message.indexOf('\n');
    return Escaped.text(end < 0 ? message : message.substring(0, end));
  }

  private static Found found(JsonParser parser) {
    TokenStreamLocation at = parser.currentTokenLocation();
    int line = at.getLineNr();
    int column = at.getColumnNr();
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      List<Found.Member> members = new ArrayList<>();
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        TokenStreamLocation key = parser.currentTokenLocation();
        String name = parser.currentName();
        parser.nextToken();
        members.add(new Found.Member(name, key.getLineNr(), key.getColumnNr(), found(parser)));
      }
      return new Found.Members(members, line, column);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Found> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(found(parser));
      }
      return new Found.Items(items, line, column);
    }
    boolean isNull = token == JsonToken.VALUE_NULL || token == null;
    return new Found.Scalar(isNull ? "" : parser.getString(), isNull, line, column);
  }
}
