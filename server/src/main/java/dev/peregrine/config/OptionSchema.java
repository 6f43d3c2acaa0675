package dev.peregrine.config;

import java.util.List;
import java.util.Locale;

/// Writes the option table as the JSON Schema of `peregrine.yaml`, for editors.
public final class OptionSchema {
  private OptionSchema() {}

  /// The schema, ending in a line feed.
  public static String json() {
    StringBuilder out = new StringBuilder();
    out.append(
        """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "peregrine.yaml",
          "description": "Configuration of Peregrine, in the directory of the app.",
          "type": "object",
          "additionalProperties": false,
          "properties": {
        """);
    List<Option<?>> options = OptionTable.options();
    for (int i = 0; i < options.size(); i++) {
      property(out, options.get(i));
      out.append(i == options.size() - 1 ? "\n" : ",\n");
    }
    return out.append("  }\n}\n").toString();
  }

  private static void property(StringBuilder out, Option<?> option) {
    out.append("    ").append(quoted(option.name())).append(": {\n      \"description\": ");
    out.append(quoted(option.doc() + " Default: " + option.defaultText() + "."));
    out.append(",\n      ").append(type(option.type())).append("\n    }");
  }

  /// The part of a schema that describes the values of a type, without braces.
  private static String type(OptionType<?> type) {
    return switch (type) {
      case Numbers.Whole(int min, int max) ->
          "\"type\": \"integer\", \"minimum\": " + min + ", \"maximum\": " + max;
      case Numbers.Time _ -> numberOr("^[0-9]+ ?(ms|s|m|min|h|d)?$");
      case Numbers.Size _ -> numberOr("^[0-9]+ ?([bB]|[kKmMgG]([iI][bB])?)?$");
      case Texts.Switch _ -> "\"type\": \"boolean\"";
      case Texts.Word<?> word -> "\"enum\": [" + words(word) + "]";
      case Texts.Text _, Texts.Command _, Texts.FilePath _, Texts.Endpoint _ ->
          "\"type\": \"string\", \"minLength\": 1";
      case Composites.Limit<?>(OptionType<?> inner, _) ->
          "\"anyOf\": [{" + type(inner) + "}, {\"const\": \"" + Composites.UNLIMITED + "\"}]";
      case Composites.Many<?>(OptionType<?> inner) ->
          "\"anyOf\": [{"
              + type(inner)
              + "}, {\"type\": \"array\", \"items\": {"
              + type(inner)
              + "}}]";
      case Composites.Pairs _ ->
          "\"type\": \"object\","
              + " \"additionalProperties\": {\"type\": [\"string\", \"number\", \"boolean\"]}";
    };
  }

  private static String numberOr(String pattern) {
    return "\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\","
        + " \"pattern\": "
        + quoted(pattern)
        + "}]";
  }

  private static String words(Texts.Word<?> word) {
    return word.words().keySet().stream()
        .map(text -> quoted(text.toLowerCase(Locale.ROOT)))
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
