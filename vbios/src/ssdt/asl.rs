//! The table in ASL.

use alloc::string::String;
use core::fmt::Write as _;

use super::table::RomTable;

impl RomTable<'_> {
    /// The table's source, for `iasl`.
    #[must_use]
    pub fn to_asl(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_asl(&mut text);
        text
    }

    fn write_asl(&self, text: &mut String) -> core::fmt::Result {
        let (path, chunk) = (&self.path, Self::CHUNK);
        write!(
            text,
            "DefinitionBlock (\"\", \"SSDT\", 2, \"PASSTH\", \"OPTIOROM\", 0x00000001)\n\
             {{\n    \
                 External ({path}, DeviceObj)\n\n    \
                 Scope ({path})\n    \
                 {{\n        \
                     Name (ROMD, Buffer (0x{:X})\n        \
                     {{",
            self.rom.len()
        )?;
        let lines = self.rom.len().div_ceil(16);
        for (number, line) in (1..).zip(self.rom.chunks(16)) {
            text.push_str("\n            ");
            for (place, byte) in (1..).zip(line) {
                let separator = match (number == lines, place == line.len()) {
                    (true, true) => "",
                    (false, true) => ",",
                    (_, false) => ", ",
                };
                write!(text, "0x{byte:02X}{separator}")?;
            }
        }
        write!(
            text,
            "\n        }})\n\n        \
                 Method (_ROM, 2, Serialized)\n        \
                 {{\n            \
                     If (LGreater (Arg1, 0x{chunk:X}))\n            \
                     {{\n                \
                         Store (0x{chunk:X}, Arg1)\n            \
                     }}\n\n            \
                     Return (Mid (ROMD, Arg0, Arg1))\n        \
                 }}\n    \
                 }}\n\
             }}\n"
        )
    }
}
