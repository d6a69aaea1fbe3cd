using System.Text.Json.Nodes;

namespace Portal.Core.Workflows.Nodes.Transformation;

/// <summary>The configuration of a transformation as JSON Schema.</summary>
internal static class TransformationSchema
{
    /// <summary>The field that an operation cannot do without; null where there is none.</summary>
    public static string? NeededBy(string operation) => operation switch
    {
        "set" => "values",
        "compute" or "map" => "expressions",
        "pick" or "omit" => "fields",
        "rename" => "names",
        "filter" => "when",
        "group" => "aggregates",
        "merge" => "with",
        _ => null,
    };

    public static JsonObject Create() => NodePorts.Schema("""
        {
          "type": "object",
          "additionalProperties": false,
          "properties": {
            "data": { "title": "Data", "description": "What the first operation works on; the node's input unless given.", "examples": ["{{ input.contacts }}"] },
            "operations": {
              "type": "array", "title": "Operations", "maxItems": 50,
              "description": "Done in order, each on what the one before gave. What changes fields works on an object, or on each object of a list.",
              "items": {
                "type": "object", "additionalProperties": false, "required": ["operation"],
                "properties": {
                  "operation": {
                    "title": "Operation", "x-literal": true,
                    "description": "set: put in values · compute: put in fields made by expressions · map: make each item anew by expressions · pick, omit: keep or drop fields · rename · filter: keep items · sort · take: a part of the list · unique: drop items that come again · group: one item for each group, with sums · flatten: lists in a list · merge: with other data · split, join: text and lists · parse_json, format_json · to_number, format_number · to_date, format_date",
                    "enum": ["set", "compute", "map", "pick", "omit", "rename", "filter", "sort", "take", "unique", "group", "flatten", "merge", "split", "join", "parse_json", "format_json", "to_number", "format_number", "to_date", "format_date"]
                  },
                  "values": {
                    "type": "object", "title": "Values", "description": "By field. Templates here see the node's input, not the item: for that, use compute.",
                    "examples": [{ "source": "web", "name": "{{ input.first }} {{ input.last }}" }], "x-when": { "operation": ["set"] }
                  },
                  "expressions": {
                    "type": "object", "title": "Expressions", "maxProperties": 200, "description": "By field. They see the item as item and its place from 0 as index.",
                    "additionalProperties": { "type": "string", "format": "cel", "maxLength": 4096 },
                    "examples": [{ "total": "item.price * item.quantity" }], "x-when": { "operation": ["compute", "map"] }
                  },
                  "fields": {
                    "type": "array", "title": "Fields", "maxItems": 200, "items": { "type": "string", "maxLength": 200 },
                    "description": "Names of fields; but for pick and omit, paths with dots as well. For sort, a minus in front is descending order, and no field sorts the items themselves.",
                    "x-when": { "operation": ["pick", "omit", "sort", "unique", "group"] }
                  },
                  "names": {
                    "type": "object", "title": "New names", "maxProperties": 200, "description": "By old name.", "additionalProperties": { "type": "string", "minLength": 1, "maxLength": 200 },
                    "examples": [{ "e_mail": "email" }], "x-when": { "operation": ["rename"] }
                  },
                  "when": {
                    "type": "string", "format": "cel", "title": "When", "maxLength": 4096, "description": "Items for which it is true stay. It sees item and index.",
                    "examples": ["item.value > 100"], "x-when": { "operation": ["filter"] }
                  },
                  "limit": { "type": "integer", "title": "Most items", "minimum": 0, "maximum": 1000000, "default": 100, "x-when": { "operation": ["take"] } },
                  "offset": { "type": "integer", "title": "Leave out first", "minimum": 0, "maximum": 1000000, "default": 0, "x-when": { "operation": ["take"] } },
                  "aggregates": {
                    "type": "array", "title": "Sums", "maxItems": 50, "description": "What each group's item gets beside the fields that it is grouped by.", "x-when": { "operation": ["group"] },
                    "items": {
                      "type": "object", "additionalProperties": false, "required": ["name", "function"],
                      "properties": {
                        "name": { "type": "string", "title": "Name", "minLength": 1, "maxLength": 200 },
                        "function": { "title": "Function", "enum": ["count", "sum", "avg", "min", "max", "list"] },
                        "field": { "type": "string", "title": "Field", "maxLength": 200, "description": "Its name or path; the whole item unless given." }
                      }
                    }
                  },
                  "depth": { "type": "integer", "title": "Levels", "minimum": 1, "maximum": 20, "default": 1, "x-when": { "operation": ["flatten"] } },
                  "with": { "title": "Other data", "description": "For an object, an object, whose fields win; for a list, a list.", "x-when": { "operation": ["merge"] } },
                  "on": { "type": "string", "title": "Join on", "maxLength": 200, "description": "A field that is equal in items that belong together; without it the lists are put one behind the other.", "x-when": { "operation": ["merge"] } },
                  "field": {
                    "type": "string", "title": "Field", "maxLength": 200, "description": "The field to change, by name or path; the value itself unless given.",
                    "x-when": { "operation": ["split", "join", "parse_json", "format_json", "to_number", "format_number", "to_date", "format_date"] }
                  },
                  "separator": { "type": "string", "title": "Separator", "minLength": 1, "maxLength": 100, "default": ",", "x-when": { "operation": ["split", "join"] } },
                  "decimal_separator": { "enum": [".", ","], "title": "Decimal separator", "default": ".", "x-when": { "operation": ["to_number", "format_number"] } },
                  "decimals": { "type": "integer", "title": "Decimals", "minimum": 0, "maximum": 10, "default": 2, "description": "Halves are rounded away from zero.", "x-when": { "operation": ["format_number"] } },
                  "grouping": { "type": "boolean", "title": "Group digits", "default": false, "description": "Separate thousands.", "x-when": { "operation": ["format_number"] } },
                  "format": { "type": "string", "title": "Date format", "minLength": 2, "maxLength": 100, "description": "As yyyy-MM-dd HH:mm. ISO 8601 is read and yyyy-MM-dd written unless given.", "x-when": { "operation": ["to_date", "format_date"] } },
                  "time_zone": { "type": "string", "title": "Time zone", "maxLength": 64, "default": "UTC", "description": "Of dates without an offset, and of what is written.", "examples": ["Europe/Berlin"], "x-when": { "operation": ["to_date", "format_date"] } }
                }
              }
            },
            "expression": { "type": "string", "format": "cel", "title": "Expression", "maxLength": 4096, "description": "Makes the whole output, in place of operations.", "examples": ["input.contacts.filter(c, has(c.email))"] }
          }
        }
        """);
}
