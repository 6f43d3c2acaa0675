package dev.peregrine.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppDetectorTest {
  private static final String WSGI = "app = None\n";

  @TempDir private Path root;

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Detection detect() {
    return AppDetector.detect(TestConfig.of(root).build());
  }

  private static App found(Detection detection) {
    if (detection instanceof Detection.Found(App app)) {
      return app;
    }
    throw new AssertionError(detection);
  }

  private String summary(Detection detection) {
    App app = found(detection);
    return app.type()
        + " "
        + app.startupFile().map(file -> root.relativize(file).toString()).orElse("-")
        + " "
        + app.startCommand().orElse("-");
  }

  @ParameterizedTest
  @CsvSource({
    "config.ru, RUBY",
    "passenger_wsgi.py, PYTHON",
    "wsgi.py, PYTHON",
    "app.py, PYTHON",
    "app.js, NODE",
    "server.js, NODE",
    "index.js, NODE",
    "server.mjs, NODE",
    "index.ts, NODE"
  })
  void detect_fileOfUsualName_isFound(String name, AppType type) throws IOException {
    file(name, WSGI);

    assertThat(summary(detect())).isEqualTo(type + " " + name + " -");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app = Flask(__name__)",
        "application: object = get()",
        "def application(environ, start_response):",
        "class app:",
        "from site import create, application",
        "import os\nfrom x import make as app"
      })
  void detect_pythonFileWithCallable_isFound(String text) throws IOException {
    file("app.py", text);

    assertThat(found(detect()).type()).isEqualTo(AppType.PYTHON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"print(1)", "  app = 1", "apple = 1", "# app = 1"})
  void detect_pythonFileWithoutCallable_isNotFound(String text) throws IOException {
    file("app.py", text);

    assertThat(detect()).isInstanceOf(Detection.NotFound.class);
  }

  @Test
  void detect_djangoProject_findsItsWsgiModule() throws IOException {
    file("manage.py", "");
    file("site/wsgi.py", "application = get_wsgi_application()");

    assertThat(summary(detect())).isEqualTo("PYTHON site/wsgi.py -");
  }

  @Test
  void detect_severalKinds_takesTheFirst() throws IOException {
    file("config.ru", "");
    file("app.js", "");
    file("wsgi.py", WSGI);
    file("Procfile", "web: puma");

    assertThat(found(detect()).type()).isEqualTo(AppType.RUBY);
  }

  @ParameterizedTest
  @CsvSource({
    "node bin/www.js, NODE bin/www.js -",
    "node ./bin/www, NODE bin/www.js -",
    "NODE_ENV=production node bin/www.js, NODE bin/www.js -",
    "next start, GENERIC - npm start --silent",
    "node --watch bin/www.js, GENERIC - npm start --silent"
  })
  void detect_packageWithStart_runsIt(String start, String expected) throws IOException {
    file("package.json", "{\"name\": \"x\", \"scripts\": {\"start\": \"" + start + "\"}}");
    file("bin/www.js", "");

    assertThat(summary(detect())).isEqualTo(expected);
  }

  @Test
  void detect_packageWithStartAndUsualFile_takesTheFile() throws IOException {
    file("package.json", "{\"scripts\": {\"start\": \"nodemon app.js\"}}");
    file("app.js", "");

    assertThat(summary(detect())).isEqualTo("NODE app.js -");
  }

  @Test
  void detect_packageWithMain_runsIt() throws IOException {
    file("package.json", "\uFEFF{\"a\": [1, true, null, \"\\u0041\"], \"main\": \"lib\"}");
    file("lib/index.js", "");

    assertThat(summary(detect())).isEqualTo("NODE lib/index.js -");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"scripts\": 1}", "{\"main\": \"nowhere\"}"})
  void detect_packageThatSaysNothing_isNotFound(String text) throws IOException {
    file("package.json", text);

    assertThat(detect()).isInstanceOf(Detection.NotFound.class);
  }

  @Test
  void detect_procfile_runsItsWebLine() throws IOException {
    file("Procfile", "worker: x\nweb:  java -jar app.jar --server.port=$PORT\n");

    assertThat(summary(detect())).isEqualTo("GENERIC - java -jar app.jar --server.port=$PORT");
  }

  @Test
  void detect_nothing_saysWhatWasLookedFor() {
    assertThat(detect())
        .isInstanceOfSatisfying(
            Detection.NotFound.class,
            nothing ->
                assertThat(nothing.message())
                    .contains(root.toString(), "config.ru", "wsgi.py", "app.js", "Procfile"));
  }

  @Test
  void detect_noDirectory_isInvalid() {
    Path nowhere = root.resolve("nowhere");

    assertThat(AppDetector.detect(TestConfig.of(nowhere).build()))
        .isInstanceOfSatisfying(
            Detection.Invalid.class,
            invalid -> assertThat(invalid.message()).contains(nowhere + ": no such directory"));
  }

  @Test
  void detect_startCommand_comesFirst() throws IOException {
    file("config.ru", "");

    assertThat(summary(AppDetector.detect(TestConfig.of(root).startCommand("./serve").build())))
        .isEqualTo("GENERIC - ./serve");
  }

  @Test
  void detect_startCommandOfRubyApp_isInvalid() {
    AppConfig config = TestConfig.of(root).startCommand("./serve").type(AppType.RUBY).build();

    assertThat(AppDetector.detect(config)).isInstanceOf(Detection.Invalid.class);
  }

  @Test
  void detect_typeGiven_looksForItOnly() throws IOException {
    file("config.ru", "");
    file("app.js", "");

    assertThat(summary(AppDetector.detect(TestConfig.of(root).type(AppType.NODE).build())))
        .isEqualTo("NODE app.js -");
    assertThat(AppDetector.detect(TestConfig.of(root).type(AppType.PYTHON).build()))
        .isInstanceOf(Detection.NotFound.class);
  }

  @Test
  void detect_startupFile_decidesByItsExtension() throws IOException {
    file("lib/main.mts", "");

    assertThat(summary(AppDetector.detect(TestConfig.of(root).startupFile("lib/main.mts").build())))
        .isEqualTo("NODE lib/main.mts -");
  }

  @ParameterizedTest
  @ValueSource(strings = {"missing.ru", "main.go"})
  void detect_startupFileOfNoUse_isInvalid(String name) throws IOException {
    file("main.go", "");

    assertThat(AppDetector.detect(TestConfig.of(root).startupFile(name).build()))
        .isInstanceOfSatisfying(
            Detection.Invalid.class, invalid -> assertThat(invalid.found()).contains(name));
  }
}
