//! tree-sitter-python's node kinds and fields as numbers: comparing names costs ten times as much.

use std::sync::OnceLock;

use tree_sitter::{LanguageRef, Node, Tree};

macro_rules! kinds {
    ($($kind:ident $name:literal)*) => {
        /// The node kinds that are read.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { Other, Error, $($kind),* }

        fn named(name: &str) -> Kind {
            match name {
                $($name => Kind::$kind,)*
                _ => Kind::Other,
            }
        }
    };
}

kinds! {
    AsPattern "as_pattern"
    AssertStatement "assert_statement"
    Assignment "assignment"
    Attribute "attribute"
    AugmentedAssignment "augmented_assignment"
    BinaryOperator "binary_operator"
    Block "block"
    BooleanOperator "boolean_operator"
    BreakStatement "break_statement"
    Call "call"
    ClassDefinition "class_definition"
    Comment "comment"
    ComparisonOperator "comparison_operator"
    ConcatenatedString "concatenated_string"
    ConditionalExpression "conditional_expression"
    ContinueStatement "continue_statement"
    DecoratedDefinition "decorated_definition"
    Decorator "decorator"
    DefaultParameter "default_parameter"
    DeleteStatement "delete_statement"
    Dictionary "dictionary"
    DictionaryComprehension "dictionary_comprehension"
    DictionarySplat "dictionary_splat"
    DictionarySplatPattern "dictionary_splat_pattern"
    ElifClause "elif_clause"
    ElseClause "else_clause"
    ExceptClause "except_clause"
    ExpressionList "expression_list"
    ExpressionStatement "expression_statement"
    False "false"
    FinallyClause "finally_clause"
    Float "float"
    ForInClause "for_in_clause"
    ForStatement "for_statement"
    FormatExpression "format_expression"
    FormatSpecifier "format_specifier"
    FunctionDefinition "function_definition"
    FutureImportStatement "future_import_statement"
    GeneratorExpression "generator_expression"
    GlobalStatement "global_statement"
    Identifier "identifier"
    IfClause "if_clause"
    IfStatement "if_statement"
    ImportFromStatement "import_from_statement"
    ImportStatement "import_statement"
    Integer "integer"
    Interpolation "interpolation"
    KeywordArgument "keyword_argument"
    KeywordSeparator "keyword_separator"
    Lambda "lambda"
    List "list"
    ListComprehension "list_comprehension"
    ListPattern "list_pattern"
    ListSplat "list_splat"
    ListSplatPattern "list_splat_pattern"
    MatchStatement "match_statement"
    NamedExpression "named_expression"
    None "none"
    NonlocalStatement "nonlocal_statement"
    NotOperator "not_operator"
    Pair "pair"
    ParenthesizedExpression "parenthesized_expression"
    ParenthesizedListSplat "parenthesized_list_splat"
    PassStatement "pass_statement"
    PatternList "pattern_list"
    RaiseStatement "raise_statement"
    ReturnStatement "return_statement"
    Set "set"
    SetComprehension "set_comprehension"
    Slice "slice"
    String "string"
    StringContent "string_content"
    StringEnd "string_end"
    StringStart "string_start"
    Subscript "subscript"
    True "true"
    TryStatement "try_statement"
    Tuple "tuple"
    TuplePattern "tuple_pattern"
    TypeConversion "type_conversion"
    TypedDefaultParameter "typed_default_parameter"
    TypedParameter "typed_parameter"
    UnaryOperator "unary_operator"
    WhileStatement "while_statement"
    WildcardImport "wildcard_import"
    WithClause "with_clause"
    WithStatement "with_statement"
    // Statements that are read as opaque.
    ExecStatement "exec_statement"
    PrintStatement "print_statement"
    TypeAliasStatement "type_alias_statement"
}

/// The kind of a node. Needs [`Fields::of`] to have been called once.
pub(super) fn kind(node: Node<'_>) -> Kind {
    static KINDS: OnceLock<Vec<Kind>> = OnceLock::new();
    let kinds = KINDS.get_or_init(|| {
        let language = node.language();
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        (0..count)
            .map(|id| match language.node_kind_for_id(id) {
                Some(name) if language.node_kind_is_named(id) => named(name),
                _ => Kind::Other,
            })
            .collect()
    });
    let id = node.kind_id();
    // tree-sitter's own number for ERROR is behind all of the grammar's.
    kinds.get(usize::from(id)).copied().unwrap_or(if id == u16::MAX { Kind::Error } else { Kind::Other })
}

macro_rules! fields {
    ($($field:ident)*) => {
        /// Field numbers; 0, which no field has, where the grammar lacks one.
        pub(super) struct Fields { $(pub(super) $field: u16),* }

        impl Fields {
            fn read(language: &LanguageRef<'_>) -> Self {
                let id = |name| language.field_id_for_name(name).map_or(0, std::num::NonZeroU16::get);
                Self { $($field: id(stringify!($field))),* }
            }
        }
    };
}

fields! {
    alias alternative argument arguments attribute body condition consequence definition expression function key left
    module_name name object operator parameters right subscript value
}

impl Fields {
    pub(super) fn of(tree: &Tree) -> &'static Self {
        static FIELDS: OnceLock<Fields> = OnceLock::new();
        super::once(&FIELDS, tree, Self::read)
    }

    /// As the cursor's own type wants it.
    pub(super) fn id(&self, field: u16) -> std::num::NonZeroU16 {
        std::num::NonZeroU16::new(field).unwrap_or(std::num::NonZeroU16::MAX)
    }
}
