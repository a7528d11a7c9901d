using System.Text.Json.Serialization;
using EmTools.Engine.Volumes;

namespace EmTools.Engine.Stacks;

/// <summary>The bookkeeping's JSON, compiled: a task's start must not pay for reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true, AllowDuplicateProperties = false, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PlanHeader))]
[JsonSerializable(typeof(PlanEntry))]
[JsonSerializable(typeof(StackRun))]
[JsonSerializable(typeof(LedgerEvent))]
[JsonSerializable(typeof(SubmittedJob))]
[JsonSerializable(typeof(StackReport))]
[JsonSerializable(typeof(SectionClaim))]
[JsonSerializable(typeof(StopRequest))]
[JsonSerializable(typeof(BlockRecord))]
[JsonSerializable(typeof(VolumeSettings))]
internal sealed partial class StackJson : JsonSerializerContext;
