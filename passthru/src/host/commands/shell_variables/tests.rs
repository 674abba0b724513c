use super::*;

#[test]
fn values_replace_names() {
    let text = "#!/bin/sh\nexport GPU=\"0000:01:00.0\" # card\nID='10de 2d04'\nP=/sys/bus\n\
                    N=$(lspci)\nTWO=a\nTWO=b\nEMPTY=\nDEV=01:00.0\nDEV=\"0000:${DEV}\"\nLOOP=a\n\
                    for LOOP in b c; do\n";
    let text = format!("{text}echo $GPU\n");
    let variables = Variables::read(&text);
    for (line, wanted) in [
        ("echo $GPU > $P/x", "echo 0000:01:00.0 > /sys/bus/x"),
        ("echo \"${ID}\" $IDS", "echo \"10de 2d04\" $IDS"),
        ("$N $TWO $EMPTY ${GPU $", "$N $TWO $EMPTY ${GPU $"),
        ("plain", "plain"),
        ("${GPU}.${P}", "0000:01:00.0./sys/bus"),
        ("echo $DEV $LOOP", "echo $DEV $LOOP"),
    ] {
        assert_eq!(variables.expand(line), wanted);
    }
    assert_eq!(Variables::read("A=b").expand("$A"), "$A");
    let long = "$A".repeat(2_000);
    let text = format!("A={}\n{long}", "/sys/".repeat(20));
    assert_eq!(Variables::read(&text).expand(&long), long);
}
