/// The style sheet of the pages, for light and dark mode and for wide and narrow screens.
enum PageStyle {
    static let css = """
        :root{--page:#fff;--card:#f5f6f8;--text:#1b1f24;--quiet:#59626d;--line:#dde1e6;--edge:#838d98;--link:#0a58a6;
        --critical:#b3121d;--warning:#935000;--notice:#1c6298;--ok:#23703f}
        @media(prefers-color-scheme:dark){:root{--page:#14171b;--card:#1d2126;--text:#e3e6ea;--quiet:#9ea8b3;
        --line:#30363e;--edge:#6f7985;--link:#82bcf7;--critical:#ff7378;--warning:#f5a94f;--notice:#78baf0;--ok:#6cc890}}
        *{box-sizing:border-box}
        body{margin:0 auto;max-width:1160px;padding:20px 24px 40px;background:var(--page);color:var(--text);
        font:15px/1.45 system-ui,sans-serif}
        h1{margin:0;font-size:24px;line-height:1.25;overflow-wrap:anywhere}h1 code{font-size:22px}
        h2{margin:32px 0 10px;font-size:17px}h2 small{margin-left:6px;font-weight:400}
        h3{margin:0 0 6px;font-size:15px;font-weight:400;overflow-wrap:anywhere}h3 code{font-weight:600;font-size:15px}
        p{margin:6px 0;overflow-wrap:anywhere}
        a{color:var(--link);text-underline-offset:2px}
        a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid var(--link);
        outline-offset:2px}
        code,pre{font:13px/1.5 ui-monospace,monospace}code{overflow-wrap:anywhere}
        .quiet,small,.label{color:var(--quiet)}small{font-size:13px}.label{font-size:13px;margin-bottom:2px}
        .head{display:flex;justify-content:space-between;gap:6px 24px;flex-wrap:wrap}
        .brand{margin:0;color:var(--quiet)}.fresh{margin:0;text-align:right;font-size:13px;color:var(--quiet)}
        .lead{margin:6px 0 12px;font-size:17px}
        .fault{padding:10px 14px;border-left:4px solid var(--critical);background:var(--card)}
        .critical{--tone:var(--critical)}.warning{--tone:var(--warning)}.notice{--tone:var(--notice)}
        .ok{--tone:var(--ok)}.none{--tone:var(--quiet)}
        .tiles{display:flex;gap:8px;margin:0;padding:0;list-style:none}
        .tiles li{flex:1;border-top:3px solid var(--tone);background:var(--card)}
        .tiles a{display:block;padding:5px 12px;color:var(--quiet);text-decoration:none}
        .tiles a:hover,.tiles [aria-current]{text-decoration:underline}.tiles [aria-current]{outline:2px solid var(--tone)}
        .tiles b{margin-right:4px;font-size:20px;color:var(--tone)}
        .badge{font-weight:600;color:var(--tone)}
        .now h2{margin-top:20px}
        .card{margin:0 0 10px;padding:10px 16px;border-left:4px solid var(--tone);background:var(--card)}
        .card h2{margin:0 0 4px}.card p:first-of-type{margin-top:0}
        .steps{margin:4px 0 2px;padding-left:22px}.steps li{margin:4px 0}
        ul.steps{padding:0;list-style:none}
        .copy{user-select:all;-webkit-user-select:all;cursor:copy}
        .steps .copy,pre{padding:3px 8px;border:1px solid var(--line);border-radius:4px;background:var(--page)}
        .steps .copy{display:inline-block}
        .remedy{margin:0 0 12px;padding:8px 16px;background:var(--card)}.remedy p{margin:4px 0}
        pre{margin:4px 0;white-space:pre-wrap}
        form{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:0 0 8px;font-size:13px}
        label{color:var(--quiet)}
        input,select,button{height:30px;margin-left:4px;padding:2px 8px;border:1px solid var(--edge);border-radius:4px;
        background:var(--page);color:var(--text);font:inherit}
        input{width:200px}input::placeholder{color:var(--quiet);opacity:1}
        button{margin:0;padding:2px 14px;cursor:pointer}
        .paging{display:flex;flex-wrap:wrap;gap:16px;margin:12px 0}
        table{width:100%;border-collapse:collapse}
        th,td{padding:6px 10px;text-align:left;vertical-align:top;overflow-wrap:anywhere}
        thead th{font-size:13px;font-weight:600;color:var(--quiet)}thead a{margin-right:6px;font-weight:400}
        thead [aria-current]{font-weight:600;text-decoration:none;color:var(--text)}
        tbody th{font-weight:400}tbody th,td{border-top:1px solid var(--line)}
        .targets tbody th{border-left:4px solid var(--tone);width:30%}
        .targets td:nth-child(2){width:20%}.targets td:nth-child(2) small{white-space:nowrap}.targets td:nth-child(4){width:27%}
        .clients th,.clients td{overflow-wrap:normal}.sockets th{width:34%}.sockets td:nth-child(2){width:22%}
        .map{overflow-x:auto;border:1px solid var(--line)}.map img{display:block;width:100%;min-width:720px;height:auto}
        .events{margin:0;padding:0;list-style:none;font-size:14px}
        .events li{display:flex;gap:12px;padding:3px 10px;border-left:4px solid var(--tone);margin-bottom:3px}
        .events li>a{flex:none;font-size:13px;color:var(--quiet);font-variant-numeric:tabular-nums;text-decoration:none}
        .events li>a:hover{text-decoration:underline}
        .events span{min-width:0;overflow:hidden;white-space:nowrap;text-overflow:ellipsis}
        .events li:target{background:var(--card)}.events li:target span{white-space:normal;overflow-wrap:anywhere}
        .events b{font-weight:600;color:var(--tone)}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:0}dt{color:var(--quiet)}
        dd{margin:0;overflow-wrap:anywhere}footer{margin-top:36px;color:var(--quiet);font-size:13px}
        @media(max-width:680px){body{padding:14px 14px 30px}.fresh{text-align:left}h2{margin-top:26px}
        .tiles{gap:6px}.tiles a{padding:4px 8px;font-size:13px}.tiles b{font-size:17px}
        label{flex:1 1 100%;display:flex;justify-content:space-between;align-items:center}input,select{flex:0 1 240px}
        .targets thead tr{display:flex;flex-wrap:wrap}.targets thead th:nth-child(n+3){display:none}
        .targets tbody tr{display:block;margin-bottom:8px;padding:4px 0;border-left:4px solid var(--tone);
        background:var(--card)}
        .targets tbody th,.targets td:nth-child(n){display:block;width:auto;border:0;padding:2px 12px}
        .targets td[data-label]::before{content:attr(data-label);color:var(--quiet)}
        .events li{flex-wrap:wrap;gap:0 12px}dl{column-gap:12px}}
        """
}
