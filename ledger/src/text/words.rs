//! Words that stand for one of a few meanings, each written in one form.

/// Declares an enum whose variants are words: `ALL`, `as_str`, `Display`, `FromStr`, and the same word
/// in serde. The literal behind the name is what the error of an unknown word says that it wants.
macro_rules! words {
    (
        $(#[$doc:meta])* $name:ident, $wants:literal,
        { $($(#[$item:meta])* $variant:ident = $word:tt,)* }
    ) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ::serde::Serialize,
            ::serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$item])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every word, in the order of its declaration.
            pub const ALL: [Self; [$($word),*].len()] = [$(Self::$variant),*];

            /// Its written form.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::text::value::ValueError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::text::value::ValueError($wants)),
                }
            }
        }
    };
}

pub(crate) use words;

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macro declares what is public")]
mod tests {
    use serde::Deserialize as _;
    use serde::de::value::{Error, StrDeserializer};

    words!(
        /// For the test.
        Colour,
        "`red` or `light-blue`",
        {
            /// Warm.
            Red = "red",
            /// Cold.
            LightBlue = "light-blue",
        }
    );

    #[test]
    fn a_word_has_one_written_form_everywhere() {
        for colour in Colour::ALL {
            assert_eq!(colour.to_string().parse(), Ok(colour));
            let read = StrDeserializer::<Error>::new(colour.as_str());
            assert_eq!(Colour::deserialize(read), Ok(colour));
        }
        assert_eq!(Colour::ALL, [Colour::Red, Colour::LightBlue]);
        assert_eq!("Red".parse::<Colour>().unwrap_err().0, "`red` or `light-blue`");
    }
}
