package dev.peregrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The cache in front of apps as they are written, in Python and Ruby.
class CacheRuntimesTest {
  private static final String HOUR = "Cache-Control: max-age=3600";

  @ParameterizedTest
  @ValueSource(strings = {"python/scripted", "ruby/scripted"})
  void app_thatSendsCachingFields_isSparedWork(String kind) {
    try (ScriptedServer app = ScriptedServer.of(kind)) {
      storesAndReuses(app);
      validates(app);
      keepsVariantsApart(app);
      invalidates(app);
      leavesAloneWhatIsPrivate(app);
    }
  }

  private static void storesAndReuses(ScriptedServer app) {
    app.answer("stored", Reply.ok(HOUR, "Content-Type: text/plain", "X-Kept: a"));
    app.get("stored/");
    Answer hit = app.get("stored/");

    assertThat(hit.text()).isEqualTo("response 1 of stored");
    assertThat(hit.field("X-Kept")).isEqualTo("a");
    assertThat(hit.has("Age")).isTrue();
    assertThat(app.count("stored")).isEqualTo(1);
  }

  private static void validates(ScriptedServer app) {
    Reply reply = Reply.ok("Cache-Control: public, no-cache", "ETag: \"a\"");
    app.answer("checked", reply, Reply.validating());
    app.get("checked/");
    Answer again = app.get("checked/");

    assertThat(again.status()).isEqualTo(200);
    assertThat(again.text()).isEqualTo("response 1 of checked");
    assertThat(app.askedField("checked", "If-None-Match")).isEqualTo("\"a\"");
  }

  private static void keepsVariantsApart(ScriptedServer app) {
    app.answer("varied", Reply.ok(HOUR, "Vary: Accept-Language", "Vary: X-Foo"));
    app.get("varied/", "Accept-Language: en", "X-Foo: 1");
    app.get("varied/", "Accept-Language: de", "X-Foo: 1");

    assertThat(app.get("varied/", "Accept-Language: en", "X-Foo: 1").text())
        .isEqualTo("response 1 of varied");
    assertThat(app.get("varied/", "Accept-Language: de", "X-Foo: 1").text())
        .isEqualTo("response 2 of varied");
    assertThat(app.get("varied/", "Accept-Language: de", "X-Foo: 2").text())
        .isEqualTo("response 3 of varied");
  }

  private static void invalidates(ScriptedServer app) {
    app.answer("changed", Reply.ok(HOUR));
    app.get("changed/");
    app.exchange(Messages.post("/changed/", "new"));

    assertThat(app.get("changed/").text()).isEqualTo("response 3 of changed");
  }

  private static void leavesAloneWhatIsPrivate(ScriptedServer app) {
    app.answer("private", Reply.ok("Cache-Control: private, max-age=3600", "Set-Cookie: a=b"));
    app.get("private/");
    Answer second = app.get("private/");

    assertThat(second.text()).isEqualTo("response 2 of private");
    assertThat(second.field("Set-Cookie")).isEqualTo("a=b");
  }
}
