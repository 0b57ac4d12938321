//! Who takes part without a ballot: what the charter lets them do, and that they never count.

use std::path::Path;

use nemcon_tests::process::{Net, in_workspace};
use serde_json::json;

#[test]
fn participants_table_extend_close_and_attest_and_never_ballot() {
    let net = Net::up("--members 2");
    let file = in_workspace("examples/toolbox/2020-1127.toml");
    assert_eq!(net.table("HRVP", Path::new(&file)), 1);
    let before = net.measure("BE", 1).closes;
    let line = "measure extend 1 --until 2099-01-01T00:00:00Z --yes";
    net.of("GSC", line).refused(1, &["may not extend", "Articles 18, 27 and 30 TEU"]);
    net.json("PRES", line);
    assert!(net.measure("BE", 1).closes > before);

    for code in ["HRVP", "PRES", "GSC"] {
        net.of(code, "ballot cast 1 in-favour --yes").refused(1, &["not entitled to a ballot"]);
    }
    let shown = net.json("BE", "measure show 1");
    assert_eq!(shown["missing"], json!(["BE", "BG"]));
    net.cast(1, "in-favour", &["BE", "BG"]);
    assert_eq!(net.measure("BE", 1).status, "adopted");

    net.of("HRVP", "measure attest 1 signed --yes").refused(1, &["may not attest"]);
    net.json("GSC", "measure attest 1 published --reference OJ-L-246 --yes");
    let shown = net.of("BG", "measure show 1").done();
    assert!(shown.contains("published") && shown.contains("GSC"), "{shown}");
    let minutes = net.of("BG", "minutes 1").done();
    assert!(!minutes.contains("| PRES"), "{minutes}");
    net.of("FR", "status").refused(2, &["takes no part", "BE BG HRVP PRES GSC"]);
}
