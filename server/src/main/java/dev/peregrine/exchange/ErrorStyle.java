package dev.peregrine.exchange;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/// The one style sheet of generated pages, and the policy that allows it and nothing else.
final class ErrorStyle {
  static final String SHEET =
      """
      :root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--text:#1b2330;--dim:#5b6675;--line:#dde2e9;
      --code:#f2f4f7;--bad:#b3261e;--badbg:#fdecea;--good:#1a7f37;--goodbg:#e6f4ea;--hint:#0b57d0;--hintbg:#e8f0fe}
      @media(prefers-color-scheme:dark){:root{--bg:#12161c;--card:#1b2129;--text:#e6eaf0;--dim:#9aa6b5;
      --line:#303945;--code:#141920;--bad:#ff8a80;--badbg:#3a1f1e;--good:#7bd88f;--goodbg:#17301e;--hint:#8ab4f8;--hintbg:#1a2740}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--bg);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
      main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 3rem}
      main.short{max-width:36rem;padding-top:16vh}
      h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 .8rem;overflow-wrap:anywhere}
      h2{font-size:1.02rem;margin:0 0 .6rem}
      p{margin:.5rem 0}
      .over{color:var(--dim);font-size:.9rem;margin:0}
      .status{display:inline-block;background:var(--badbg);color:var(--bad);border-radius:.4rem;padding:.05rem .5rem;font-weight:600}
      .summary{font:600 1rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--badbg);color:var(--bad);
      border-radius:.5rem;padding:.8rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere;margin:0 0 1.2rem}
      section,details{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem 1.15rem;margin:0 0 1rem}
      summary{cursor:pointer;font-weight:600}
      details[open]>summary{margin-bottom:.7rem}
      .remedy{background:var(--hintbg);border-color:transparent}
      .remedy p{white-space:pre-line;overflow-wrap:anywhere}
      .remedy h2{color:var(--hint)}
      pre{background:var(--code);border-radius:.4rem;padding:.8rem 1rem;margin:0;overflow:auto;max-height:32rem;
      font:.85rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;tab-size:4}
      pre:focus-visible,summary:focus-visible{outline:3px solid var(--hint);outline-offset:2px}
      pre .lib{color:var(--dim)}
      pre .own{font-weight:600}
      ol.journey{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:0}
      ol.journey li{flex:1 1 8rem;border:1px solid var(--line);border-top:.3rem solid var(--line);border-radius:.45rem;padding:.5rem .7rem}
      ol.journey b{display:block;font-size:.95rem}
      ol.journey span{font-size:.82rem;color:var(--dim)}
      ol.journey .done{border-top-color:var(--good)}
      ol.journey .failed{border-color:var(--bad);background:var(--badbg)}
      ol.journey .failed span{color:var(--bad);font-weight:600}
      ol.journey .waiting{opacity:.65}
      table{border-collapse:collapse;width:100%;font-size:.88rem}
      th,td{text-align:left;vertical-align:top;padding:.3rem .9rem .3rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
      tr:first-child>*{border-top:0}
      th{font-weight:600;white-space:nowrap;color:var(--dim)}
      td,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
      footer{color:var(--dim);font-size:.88rem;margin-top:1.4rem}
      """;

  /// Nothing but the sheet above may be loaded, run, framed or sent to.
  static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + hash(SHEET)
          + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private ErrorStyle() {}

  private static String hash(String sheet) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] hash = digest.digest(sheet.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
