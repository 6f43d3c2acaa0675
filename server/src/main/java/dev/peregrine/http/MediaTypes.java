package dev.peregrine.http;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The media type of a file by the extension of its name. Source: the IANA registry of media types.
public final class MediaTypes {
  /// The type of everything that is not known.
  public static final String UNKNOWN = "application/octet-stream";

  private static final Map<String, String> TYPES = types();

  /// Types beyond `text/*` and the structured suffixes whose content coding makes smaller.
  private static final Set<String> COMPRESSIBLE =
      Set.of(
          "application/json",
          "application/x-ndjson",
          "application/ndjson",
          "application/jsonl",
          "application/xml",
          "application/xml-dtd",
          "application/javascript",
          "application/x-javascript",
          "application/ecmascript",
          "application/graphql",
          "application/wasm",
          "application/yaml",
          "application/x-yaml",
          "application/toml",
          "application/sql",
          "application/rtf",
          "application/x-www-form-urlencoded",
          "application/vnd.ms-fontobject",
          "application/x-font-ttf",
          "application/x-font-otf",
          "font/ttf",
          "font/otf",
          "font/collection",
          "image/bmp",
          "image/x-icon",
          "image/vnd.microsoft.icon",
          "model/obj");

  private MediaTypes() {}

  /// Whether content of that type, the value of a `Content-Type`, becomes smaller by coding. A
  /// stream of events does too, but is held open for hours, and would hold the memory of an encoder
  /// for as long.
  public static boolean isCompressible(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type =
        (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
            .strip()
            .toLowerCase(Locale.ROOT);
    return (type.startsWith("text/") && !type.equals("text/event-stream"))
        || COMPRESSIBLE.contains(type)
        || type.endsWith("+json")
        || type.endsWith("+xml")
        || type.endsWith("+yaml")
        || type.endsWith("+text");
  }

  /// Media type of a file with that name, [#UNKNOWN] if the extension is.
  public static String of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    if (dot <= fileName.lastIndexOf('/')) {
      return UNKNOWN;
    }
    return TYPES.getOrDefault(fileName.substring(dot + 1).toLowerCase(Locale.ROOT), UNKNOWN);
  }

  private static Map<String, String> types() {
    String table =
        """
        text/html html htm shtml
        text/css css
        text/plain txt text log conf
        text/csv csv
        text/xml xml xsl xsd
        text/markdown md markdown
        text/calendar ics
        text/vcard vcf
        text/vtt vtt
        text/javascript js mjs
        application/json json map
        application/ld+json jsonld
        application/manifest+json webmanifest
        application/wasm wasm
        application/atom+xml atom
        application/rss+xml rss
        application/xhtml+xml xhtml
        application/pdf pdf
        application/rtf rtf
        application/zip zip
        application/gzip gz tgz
        application/x-bzip2 bz2
        application/x-xz xz
        application/zstd zst
        application/x-tar tar
        application/x-7z-compressed 7z
        application/vnd.rar rar
        application/java-archive jar war ear
        application/epub+zip epub
        application/msword doc dot
        application/vnd.ms-excel xls
        application/vnd.ms-powerpoint ppt
        application/vnd.ms-fontobject eot
        application/vnd.openxmlformats-officedocument.wordprocessingml.document docx
        application/vnd.openxmlformats-officedocument.spreadsheetml.sheet xlsx
        application/vnd.openxmlformats-officedocument.presentationml.presentation pptx
        application/vnd.oasis.opendocument.text odt
        application/vnd.oasis.opendocument.spreadsheet ods
        application/vnd.oasis.opendocument.presentation odp
        application/postscript ps eps ai
        application/yaml yaml yml
        application/toml toml
        application/sql sql
        application/vnd.apple.mpegurl m3u8
        font/woff woff
        font/woff2 woff2
        font/ttf ttf
        font/otf otf
        font/collection ttc
        image/png png
        image/apng apng
        image/jpeg jpg jpeg jfif
        image/gif gif
        image/webp webp
        image/avif avif
        image/heic heic
        image/jxl jxl
        image/svg+xml svg svgz
        image/bmp bmp
        image/tiff tif tiff
        image/x-icon ico cur
        audio/mpeg mp3
        audio/mp4 m4a
        audio/aac aac
        audio/ogg ogg oga opus
        audio/wav wav
        audio/flac flac
        audio/midi mid midi
        audio/webm weba
        video/mp4 mp4 m4v
        video/mpeg mpeg mpg
        video/webm webm
        video/ogg ogv
        video/quicktime mov
        video/x-msvideo avi
        video/x-matroska mkv
        video/mp2t ts
        video/3gpp 3gp
        model/gltf-binary glb
        model/gltf+json gltf
        """;
    Map<String, String> types = new HashMap<>();
    for (String row : table.lines().toList()) {
      String[] words = row.split(" ", -1);
      for (int i = 1; i < words.length; i++) {
        types.put(words[i], words[0]);
      }
    }
    return Map.copyOf(types);
  }
}
