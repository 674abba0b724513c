use super::*;

#[test]
fn a_line_names_the_model() {
    for (line, expected) in [
        (
            "model name\t: Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz",
            "Intel Core i7-8700K",
        ),
        (
            "Model name: 12th Gen Intel(R) Core(TM) i7-12700K",
            "Intel Core i7-12700K",
        ),
        ("CPU: i5 3470, 16 GB", "Intel Core i5-3470"),
        (
            "model name : Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz",
            "Intel Xeon E5-2680 v4",
        ),
        (
            "Intel(R) Xeon(R) Gold 6230R CPU @ 2.10GHz",
            "Intel Xeon Gold 6230R",
        ),
        ("Lenovo P520 (Xeon W-2295)", "Intel Xeon W-2295"),
        ("Intel Xeon E-2224 (Coffee Lake)", "Intel Xeon E-2224"),
        ("Dual Xeon X5670", "Intel Xeon X5670"),
        ("2x e5-2670 v2", "Intel Xeon E5-2670 v2"),
        ("Intel(R) Core(TM) Ultra 7 265K", "Intel Core Ultra 7 265K"),
        (
            "Intel(R) Celeron(R) J4105 CPU @ 1.50GHz",
            "Intel Celeron J4105",
        ),
        ("an Intel N100 mini PC", "Intel N100"),
        ("built on a Xeon E3 1275v2.", "Intel Xeon E3-1275 v2"),
        ("- Intel 7700k (yes)", "Intel Core 7700K"),
        ("CPU: n5105", "Intel Celeron N5105"),
    ] {
        let found = of_line(line, Processor::Intel);
        assert_eq!(found.as_deref(), Some(expected), "{line}");
    }
    for (line, expected) in [
        (
            "CPU: AMD Ryzen 9 5950X (32) @ 3.400GHz",
            "AMD Ryzen 9 5950X",
        ),
        (
            "model name : AMD Ryzen 7 PRO 5750G with Radeon Graphics",
            "AMD Ryzen 7 PRO 5750G",
        ),
        (
            "AMD Ryzen Threadripper PRO 3975WX 32-Cores",
            "AMD Ryzen Threadripper PRO 3975WX",
        ),
        ("a Threadripper 1950X here", "AMD Ryzen Threadripper 1950X"),
        ("2x EPYC 7302P", "AMD EPYC 7302P"),
        ("a Ryzen 4900H.", "AMD Ryzen 4900H"),
        ("FX-8350, 32 GB", "AMD FX-8350"),
    ] {
        let found = of_line(line, Processor::Amd);
        assert_eq!(found.as_deref(), Some(expected), "{line}");
    }
    for line in [
        "CPU: my old one",
        "Dual Xeon Gold",
        "Xeon E3-1200 v3/4th Gen Core Processor",
        "Xeon with 128 GB",
        "Intel NIC i350",
    ] {
        assert_eq!(of_line(line, Processor::Intel), None, "{line}");
    }
}
