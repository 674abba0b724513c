use super::*;

#[test]
fn models_by_number() {
    for (line, wanted) in [
        (
            "cpuModel = \"Intel(R) Core(TM) i5-14600KF\",",
            Some("i5-14600KF"),
        ),
        (
            "model name : 12th Gen Intel(R) Core(TM) i7-12700K",
            Some("i7-12700K"),
        ),
        (
            "Model name: 12th Gen Intel(R) Core(TM) i5-12600K",
            Some("i5-12600K"),
        ),
        ("Model name: 12th Gen Intel(R) Core(TM) i5-12400F", None),
        ("Model name: 13th Gen Intel(R) Core(TM) i3-13100", None),
        ("model name : Intel(R) Core(TM) i7-14701E", None),
        ("model name : Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz", None),
        ("model name : Intel(R) Core(TM) Ultra 7 265K", Some("Ultra")),
        ("Core(TM) i7", None),
    ] {
        assert_eq!(hybrid(line), wanted, "{line}");
    }
}
