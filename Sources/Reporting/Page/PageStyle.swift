/// The style sheet of the page, for light and dark mode and for wide and narrow screens.
enum PageStyle {
    static let css = """
        :root{--page:#fff;--card:#f6f7f9;--text:#1d2126;--quiet:#5f6873;--line:#dfe3e8;--link:#0b5cad;
        --critical:#b3121d;--warning:#a85300;--notice:#1f6aa5;--ok:#2c7a4b;--none:#8b939c}
        @media(prefers-color-scheme:dark){:root{--page:#16181c;--card:#1f2329;--text:#e4e7eb;--quiet:#9aa4af;
        --line:#343a42;--link:#7cb8f5;--critical:#ff6b70;--warning:#ffad55;--notice:#72b7ef;--ok:#69c68c;--none:#7a838d}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1120px;padding:24px 20px 40px;background:var(--page);color:var(--text);
        font:15px/1.5 system-ui,sans-serif}
        h1{margin:0;font-size:22px}h2{margin:36px 0 12px;font-size:18px}
        a{color:var(--link);text-decoration:none}a:hover{text-decoration:underline}
        code,pre{font:13px/1.5 ui-monospace,monospace}code{overflow-wrap:anywhere}
        .lead{margin:4px 0 16px;font-size:18px}.quiet{color:var(--quiet)}
        .fault{padding:10px 14px;border-left:4px solid var(--critical);background:var(--card)}
        .tiles{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:0 0 12px;padding:0;list-style:none}
        .tiles li{padding:10px 14px;border-radius:8px;background:var(--card);border-top:4px solid var(--tone);
        color:var(--quiet)}
        .tiles b{display:block;font-size:28px;line-height:1.2;color:var(--tone)}
        .critical{--tone:var(--critical)}.warning{--tone:var(--warning)}.notice{--tone:var(--notice)}
        .ok{--tone:var(--ok)}.none{--tone:var(--none)}
        table{width:100%;border-collapse:collapse}
        th{padding:6px 10px;text-align:left;font-size:13px;font-weight:600;color:var(--quiet)}
        td{padding:9px 10px;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}
        small{display:block;font-size:13px;color:var(--quiet)}
        .targets td:first-child{border-left:4px solid var(--tone);width:24%}
        .targets td:nth-child(2){width:15%}.targets td:nth-child(4){width:24%}
        .badge{display:inline-block;font-weight:600;color:var(--tone)}
        details{font-size:13px}details p{margin:6px 0 0}summary{cursor:pointer;color:var(--quiet)}
        .cure{margin-bottom:16px;padding:12px 14px;border-radius:8px;background:var(--card)}.cure p{margin:0}
        pre{margin:8px 0 0;overflow-x:auto;white-space:pre-wrap}
        .map{overflow-x:auto;border:1px solid var(--line);border-radius:8px}
        .map img{display:block;width:100%;min-width:720px;height:auto}
        .events{margin:0;padding:0;list-style:none}
        .events li{padding:6px 12px;border-left:4px solid var(--tone);margin-bottom:6px;overflow-wrap:anywhere}
        .events time{color:var(--quiet);font-size:13px;margin-right:6px}.events b{color:var(--tone)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0}dt{color:var(--quiet)}
        dd{margin:0;overflow-wrap:anywhere}footer{margin-top:40px;color:var(--quiet);font-size:13px}
        @media(max-width:680px){body{padding:16px 14px}.tiles{grid-template-columns:repeat(2,1fr)}
        .targets thead{position:absolute;clip-path:inset(50%)}
        .targets tr{display:block;margin-bottom:12px;padding:4px 0;border-left:4px solid var(--tone);background:var(--card)}
        .targets td,.targets td:first-child,.targets td:nth-child(n){display:block;width:auto;border:0;padding:3px 12px}
        .targets td::before{content:attr(data-label);color:var(--quiet)}
        dl{grid-template-columns:1fr}dd{margin-bottom:8px}}
        """
}
