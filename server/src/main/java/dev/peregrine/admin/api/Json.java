package dev.peregrine.admin.api;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// How the records of this package look on the wire: names in `snake_case`, times in ISO 8601, and
/// limits on depth and length when read.
public final class Json {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_DOCUMENT = 256 << 10;

  private static final JsonMapper STRICT =
      mapper(MAX_DOCUMENT).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();
  private static final JsonMapper LENIENT =
      mapper(16 << 20).disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private Json() {}

  private static JsonMapper.Builder mapper(int maxDocument) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(MAX_DEPTH)
            .maxDocumentLength(maxDocument)
            .build();
    return JsonMapper.builder(JsonFactory.builder().streamReadConstraints(limits).build())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
  }

  /// The mapper for what a client sends: unknown names are errors.
  public static JsonMapper strict() {
    return STRICT;
  }

  /// The mapper for what a server answers: unknown names of a newer version are passed over.
  public static JsonMapper lenient() {
    return LENIENT;
  }
}
