// Facts about the Go types of the API, read from k8s.io/api 0.36 by reflection: one type per line with its fields in their order.
//
// `name:TYPE` with `[T]` for lists and `{T}` for maps; `string=Name` is a string of a named type. Then: `?` omitted when empty, `0` omitted
// when zero, `%` a pointer (absent differs from zero), `~key` merges by this key (`~` alone: as a set), `!` keeps only the keys of the
// patch, `*` required, `#N` the field number in Protocol Buffers.

export const TYPE_TABLE = `
apiextensions.v1.CustomResourceColumnDefinition name:string*#1 type:string*#2 format:string?#3 description:string?#4 priority:int32?#5 jsonPath:string*#6
apiextensions.v1.CustomResourceConversion strategy:string=ConversionStrategyType*#1 webhook:apiextensions.v1.WebhookConversion?%#2
apiextensions.v1.CustomResourceDefinition metadata:meta.v1.ObjectMeta?#1 spec:apiextensions.v1.CustomResourceDefinitionSpec*#2 status:apiextensions.v1.CustomResourceDefinitionStatus?#3
apiextensions.v1.CustomResourceDefinitionCondition type:string=CustomResourceDefinitionConditionType*#1 status:string=ConditionStatus*#2 lastTransitionTime:time?#3 reason:string?#4 message:string?#5 observedGeneration:int64?#6
apiextensions.v1.CustomResourceDefinitionNames plural:string*#1 singular:string?#2 shortNames:[string]?#3 kind:string*#4 listKind:string?#5 categories:[string]?#6
apiextensions.v1.CustomResourceDefinitionSpec group:string*#1 names:apiextensions.v1.CustomResourceDefinitionNames*#3 scope:string=ResourceScope*#4 versions:[apiextensions.v1.CustomResourceDefinitionVersion]*#7 conversion:apiextensions.v1.CustomResourceConversion?%#9 preserveUnknownFields:bool?#10
apiextensions.v1.CustomResourceDefinitionStatus conditions:[apiextensions.v1.CustomResourceDefinitionCondition]#1 acceptedNames:apiextensions.v1.CustomResourceDefinitionNames#2 storedVersions:[string]#3 observedGeneration:int64?#4
apiextensions.v1.CustomResourceDefinitionVersion name:string*#1 served:bool*#2 storage:bool*#3 deprecated:bool?#7 deprecationWarning:string?%#8 schema:apiextensions.v1.CustomResourceValidation?%#4 subresources:apiextensions.v1.CustomResourceSubresources?%#5 additionalPrinterColumns:[apiextensions.v1.CustomResourceColumnDefinition]?#6 selectableFields:[apiextensions.v1.SelectableField]?#9
apiextensions.v1.CustomResourceSubresourceScale specReplicasPath:string*#1 statusReplicasPath:string*#2 labelSelectorPath:string?%#3
apiextensions.v1.CustomResourceSubresourceStatus
apiextensions.v1.CustomResourceSubresources status:apiextensions.v1.CustomResourceSubresourceStatus?%#1 scale:apiextensions.v1.CustomResourceSubresourceScale?%#2
apiextensions.v1.CustomResourceValidation openAPIV3Schema:apiextensions.v1.JSONSchemaProps?%#1
apiextensions.v1.ExternalDocumentation description:string?#1 url:string?#2
apiextensions.v1.JSONSchemaProps id:string?#1 $schema:string=JSONSchemaURL?#2 $ref:string?%#3 description:string?#4 type:string?#5 format:string?#6 title:string?#7 default:raw?%#8 maximum:float64?%#9 exclusiveMaximum:bool?#10 minimum:float64?%#11 exclusiveMinimum:bool?#12 maxLength:int64?%#13 minLength:int64?%#14 pattern:string?#15 maxItems:int64?%#16 minItems:int64?%#17 uniqueItems:bool?#18 multipleOf:float64?%#19 enum:[raw]?#20 maxProperties:int64?%#21 minProperties:int64?%#22 required:[string]?#23 items:raw?%#24 allOf:[apiextensions.v1.JSONSchemaProps]?#25 oneOf:[apiextensions.v1.JSONSchemaProps]?#26 anyOf:[apiextensions.v1.JSONSchemaProps]?#27 not:apiextensions.v1.JSONSchemaProps?%#28 properties:{apiextensions.v1.JSONSchemaProps}?#29 additionalProperties:raw?%#30 patternProperties:{apiextensions.v1.JSONSchemaProps}?#31 dependencies:{raw}?#32 additionalItems:raw?%#33 definitions:{apiextensions.v1.JSONSchemaProps}?#34 externalDocs:apiextensions.v1.ExternalDocumentation?%#35 example:raw?%#36 nullable:bool?#37 x-kubernetes-preserve-unknown-fields:bool?%#38 x-kubernetes-embedded-resource:bool?#39 x-kubernetes-int-or-string:bool?#40 x-kubernetes-list-map-keys:[string]?#41 x-kubernetes-list-type:string?%#42 x-kubernetes-map-type:string?%#43 x-kubernetes-validations:[apiextensions.v1.ValidationRule]?~rule#44
apiextensions.v1.SelectableField jsonPath:string*#1
apiextensions.v1.ServiceReference namespace:string*#1 name:string*#2 path:string?%#3 port:int32?%#4
apiextensions.v1.ValidationRule rule:string*#1 message:string?#2 messageExpression:string?#3 reason:string=FieldValueErrorReason?%#4 fieldPath:string?#5 optionalOldSelf:bool?%#6
apiextensions.v1.WebhookClientConfig url:string?%#3 service:apiextensions.v1.ServiceReference?%#1 caBundle:bytes?#2
apiextensions.v1.WebhookConversion clientConfig:apiextensions.v1.WebhookClientConfig?%#2 conversionReviewVersions:[string]*#3
apps.v1.Deployment metadata:meta.v1.ObjectMeta?#1 spec:apps.v1.DeploymentSpec?#2 status:apps.v1.DeploymentStatus?#3
apps.v1.DeploymentCondition type:string=DeploymentConditionType*#1 status:string=ConditionStatus*#2 lastUpdateTime:time?#6 lastTransitionTime:time?#7 reason:string?#4 message:string?#5
apps.v1.DeploymentSpec replicas:int32?%#1 selector:meta.v1.LabelSelector%*#2 template:core.v1.PodTemplateSpec*#3 strategy:apps.v1.DeploymentStrategy?!#4 minReadySeconds:int32?#5 revisionHistoryLimit:int32?%#6 paused:bool?#7 progressDeadlineSeconds:int32?%#9
apps.v1.DeploymentStatus observedGeneration:int64?#1 replicas:int32?#2 updatedReplicas:int32?#3 readyReplicas:int32?#7 availableReplicas:int32?#4 unavailableReplicas:int32?#5 terminatingReplicas:int32?%#9 conditions:[apps.v1.DeploymentCondition]?~type#6 collisionCount:int32?%#8
apps.v1.DeploymentStrategy type:string=DeploymentStrategyType?#1 rollingUpdate:apps.v1.RollingUpdateDeployment?%#2
apps.v1.RollingUpdateDeployment maxUnavailable:intorstring?%#1 maxSurge:intorstring?%#2
authentication.v1.BoundObjectReference kind:string?#1 apiVersion:string?#2 name:string?#3 uid:string=UID?#4
authentication.v1.SelfSubjectReview metadata:meta.v1.ObjectMeta?#1 status:authentication.v1.SelfSubjectReviewStatus?#2
authentication.v1.SelfSubjectReviewStatus userInfo:authentication.v1.UserInfo?#1
authentication.v1.TokenRequest metadata:meta.v1.ObjectMeta?#1 spec:authentication.v1.TokenRequestSpec#2 status:authentication.v1.TokenRequestStatus?#3
authentication.v1.TokenRequestSpec audiences:[string]#1 expirationSeconds:int64%#4 boundObjectRef:authentication.v1.BoundObjectReference%#3
authentication.v1.TokenRequestStatus token:string#1 expirationTimestamp:time#2
authentication.v1.TokenReview metadata:meta.v1.ObjectMeta?#1 spec:authentication.v1.TokenReviewSpec*#2 status:authentication.v1.TokenReviewStatus?#3
authentication.v1.TokenReviewSpec token:string?*#1 audiences:[string]?#2
authentication.v1.TokenReviewStatus authenticated:bool?#1 user:authentication.v1.UserInfo?#2 audiences:[string]?#4 error:string?#3
authentication.v1.UserInfo username:string?#1 uid:string?#2 groups:[string]?#3 extra:{[string]}?#4
authorization.v1.FieldSelectorAttributes rawSelector:string?#1 requirements:[meta.v1.FieldSelectorRequirement]?#2
authorization.v1.LabelSelectorAttributes rawSelector:string?#1 requirements:[meta.v1.LabelSelectorRequirement]?#2
authorization.v1.LocalSubjectAccessReview metadata:meta.v1.ObjectMeta?#1 spec:authorization.v1.SubjectAccessReviewSpec*#2 status:authorization.v1.SubjectAccessReviewStatus?#3
authorization.v1.NonResourceAttributes path:string?#1 verb:string?#2
authorization.v1.NonResourceRule verbs:[string]*#1 nonResourceURLs:[string]?#2
authorization.v1.ResourceAttributes namespace:string?#1 verb:string?#2 group:string?#3 version:string?#4 resource:string?#5 subresource:string?#6 name:string?#7 fieldSelector:authorization.v1.FieldSelectorAttributes?%#8 labelSelector:authorization.v1.LabelSelectorAttributes?%#9
authorization.v1.ResourceRule verbs:[string]*#1 apiGroups:[string]?#2 resources:[string]?#3 resourceNames:[string]?#4
authorization.v1.SelfSubjectAccessReview metadata:meta.v1.ObjectMeta?#1 spec:authorization.v1.SelfSubjectAccessReviewSpec*#2 status:authorization.v1.SubjectAccessReviewStatus?#3
authorization.v1.SelfSubjectAccessReviewSpec resourceAttributes:authorization.v1.ResourceAttributes?%#1 nonResourceAttributes:authorization.v1.NonResourceAttributes?%#2
authorization.v1.SelfSubjectRulesReview metadata:meta.v1.ObjectMeta?#1 spec:authorization.v1.SelfSubjectRulesReviewSpec*#2 status:authorization.v1.SubjectRulesReviewStatus?#3
authorization.v1.SelfSubjectRulesReviewSpec namespace:string?#1
authorization.v1.SubjectAccessReview metadata:meta.v1.ObjectMeta?#1 spec:authorization.v1.SubjectAccessReviewSpec*#2 status:authorization.v1.SubjectAccessReviewStatus?#3
authorization.v1.SubjectAccessReviewSpec resourceAttributes:authorization.v1.ResourceAttributes?%#1 nonResourceAttributes:authorization.v1.NonResourceAttributes?%#2 user:string?#3 groups:[string]?#4 extra:{[string]}?#5 uid:string?#6
authorization.v1.SubjectAccessReviewStatus allowed:bool*#1 denied:bool?#4 reason:string?#2 evaluationError:string?#3
authorization.v1.SubjectRulesReviewStatus resourceRules:[authorization.v1.ResourceRule]*#1 nonResourceRules:[authorization.v1.NonResourceRule]*#2 incomplete:bool*#3 evaluationError:string?#4
autoscaling.v1.Scale metadata:meta.v1.ObjectMeta?#1 spec:autoscaling.v1.ScaleSpec?#2 status:autoscaling.v1.ScaleStatus?#3
autoscaling.v1.ScaleSpec replicas:int32?#1
autoscaling.v1.ScaleStatus replicas:int32*#1 selector:string?#2
coordination.v1.Lease metadata:meta.v1.ObjectMeta?#1 spec:coordination.v1.LeaseSpec?#2
coordination.v1.LeaseSpec holderIdentity:string?%#1 leaseDurationSeconds:int32?%#2 acquireTime:microtime?%#3 renewTime:microtime?%#4 leaseTransitions:int32?%#5 strategy:string=CoordinatedLeaseStrategy?%#6 preferredHolder:string?%#7
core.v1.AWSElasticBlockStoreVolumeSource volumeID:string*#1 fsType:string?#2 partition:int32?#3 readOnly:bool?#4
core.v1.Affinity nodeAffinity:core.v1.NodeAffinity?%#1 podAffinity:core.v1.PodAffinity?%#2 podAntiAffinity:core.v1.PodAntiAffinity?%#3
core.v1.AppArmorProfile type:string=AppArmorProfileType*#1 localhostProfile:string?%#2
core.v1.AzureDiskVolumeSource diskName:string*#1 diskURI:string*#2 cachingMode:string=AzureDataDiskCachingMode?%#3 fsType:string?%#4 readOnly:bool?%#5 kind:string=AzureDataDiskKind?%#6
core.v1.AzureFileVolumeSource secretName:string*#1 shareName:string*#2 readOnly:bool?#3
core.v1.CSIVolumeSource driver:string*#1 readOnly:bool?%#2 fsType:string?%#3 volumeAttributes:{string}?#4 nodePublishSecretRef:core.v1.LocalObjectReference?%#5
core.v1.Capabilities add:[string=Capability]?#1 drop:[string=Capability]?#2
core.v1.CephFSVolumeSource monitors:[string]*#1 path:string?#2 user:string?#3 secretFile:string?#4 secretRef:core.v1.LocalObjectReference?%#5 readOnly:bool?#6
core.v1.CinderVolumeSource volumeID:string*#1 fsType:string?#2 readOnly:bool?#3 secretRef:core.v1.LocalObjectReference?%#4
core.v1.ClientIPConfig timeoutSeconds:int32?%#1
core.v1.ClusterTrustBundleProjection name:string?%#1 signerName:string?%#2 labelSelector:meta.v1.LabelSelector?%#3 optional:bool?%#5 path:string*#4
core.v1.ConfigMap metadata:meta.v1.ObjectMeta?#1 immutable:bool?%#4 data:{string}?#2 binaryData:{bytes}?#3
core.v1.ConfigMapEnvSource name:string?#1 optional:bool?%#2
core.v1.ConfigMapKeySelector name:string?#1 key:string*#2 optional:bool?%#3
core.v1.ConfigMapProjection name:string?#1 items:[core.v1.KeyToPath]?#2 optional:bool?%#4
core.v1.ConfigMapVolumeSource name:string?#1 items:[core.v1.KeyToPath]?#2 defaultMode:int32?%#3 optional:bool?%#4
core.v1.Container name:string*#1 image:string?#2 command:[string]?#3 args:[string]?#4 workingDir:string?#5 ports:[core.v1.ContainerPort]?~containerPort#6 envFrom:[core.v1.EnvFromSource]?#19 env:[core.v1.EnvVar]?~name#7 resources:core.v1.ResourceRequirements?#8 resizePolicy:[core.v1.ContainerResizePolicy]?#23 restartPolicy:string=ContainerRestartPolicy?%#24 restartPolicyRules:[core.v1.ContainerRestartRule]?#25 volumeMounts:[core.v1.VolumeMount]?~mountPath#9 volumeDevices:[core.v1.VolumeDevice]?~devicePath#21 livenessProbe:core.v1.Probe?%#10 readinessProbe:core.v1.Probe?%#11 startupProbe:core.v1.Probe?%#22 lifecycle:core.v1.Lifecycle?%#12 terminationMessagePath:string?#13 terminationMessagePolicy:string=TerminationMessagePolicy?#20 imagePullPolicy:string=PullPolicy?#14 securityContext:core.v1.SecurityContext?%#15 stdin:bool?#16 stdinOnce:bool?#17 tty:bool?#18
core.v1.ContainerExtendedResourceRequest containerName:string*#1 resourceName:string*#2 requestName:string*#3
core.v1.ContainerPort name:string?#1 hostPort:int32?#2 containerPort:int32*#3 protocol:string=Protocol?#4 hostIP:string?#5
core.v1.ContainerResizePolicy resourceName:string=ResourceName*#1 restartPolicy:string=ResourceResizeRestartPolicy*#2
core.v1.ContainerRestartRule action:string=ContainerRestartRuleAction?*#1 exitCodes:core.v1.ContainerRestartRuleOnExitCodes?%#2
core.v1.ContainerRestartRuleOnExitCodes operator:string=ContainerRestartRuleOnExitCodesOperator?*#1 values:[int32]?#2
core.v1.ContainerState waiting:core.v1.ContainerStateWaiting?%#1 running:core.v1.ContainerStateRunning?%#2 terminated:core.v1.ContainerStateTerminated?%#3
core.v1.ContainerStateRunning startedAt:time?#1
core.v1.ContainerStateTerminated exitCode:int32*#1 signal:int32?#2 reason:string?#3 message:string?#4 startedAt:time?#5 finishedAt:time?#6 containerID:string?#7
core.v1.ContainerStateWaiting reason:string?#1 message:string?#2
core.v1.ContainerStatus name:string*#1 state:core.v1.ContainerState?#2 lastState:core.v1.ContainerState?#3 ready:bool*#4 restartCount:int32*#5 image:string*#6 imageID:string*#7 containerID:string?#8 started:bool?%#9 allocatedResources:{quantity}?#10 resources:core.v1.ResourceRequirements?%#11 volumeMounts:[core.v1.VolumeMountStatus]?~mountPath#12 user:core.v1.ContainerUser?%#13 allocatedResourcesStatus:[core.v1.ResourceStatus]?~name#14 stopSignal:string=Signal?%#15
core.v1.ContainerUser linux:core.v1.LinuxContainerUser?%#1
core.v1.DownwardAPIProjection items:[core.v1.DownwardAPIVolumeFile]?#1
core.v1.DownwardAPIVolumeFile path:string*#1 fieldRef:core.v1.ObjectFieldSelector?%#2 resourceFieldRef:core.v1.ResourceFieldSelector?%#3 mode:int32?%#4
core.v1.DownwardAPIVolumeSource items:[core.v1.DownwardAPIVolumeFile]?#1 defaultMode:int32?%#2
core.v1.EmptyDirVolumeSource medium:string=StorageMedium?#1 sizeLimit:quantity?%#2
core.v1.EnvFromSource prefix:string?#1 configMapRef:core.v1.ConfigMapEnvSource?%#2 secretRef:core.v1.SecretEnvSource?%#3
core.v1.EnvVar name:string*#1 value:string?#2 valueFrom:core.v1.EnvVarSource?%#3
core.v1.EnvVarSource fieldRef:core.v1.ObjectFieldSelector?%#1 resourceFieldRef:core.v1.ResourceFieldSelector?%#2 configMapKeyRef:core.v1.ConfigMapKeySelector?%#3 secretKeyRef:core.v1.SecretKeySelector?%#4 fileKeyRef:core.v1.FileKeySelector?%#5
core.v1.EphemeralContainer name:string*#1 image:string?#2 command:[string]?#3 args:[string]?#4 workingDir:string?#5 ports:[core.v1.ContainerPort]?~containerPort#6 envFrom:[core.v1.EnvFromSource]?#19 env:[core.v1.EnvVar]?~name#7 resources:core.v1.ResourceRequirements?#8 resizePolicy:[core.v1.ContainerResizePolicy]?#23 restartPolicy:string=ContainerRestartPolicy?%#24 restartPolicyRules:[core.v1.ContainerRestartRule]?#25 volumeMounts:[core.v1.VolumeMount]?~mountPath#9 volumeDevices:[core.v1.VolumeDevice]?~devicePath#21 livenessProbe:core.v1.Probe?%#10 readinessProbe:core.v1.Probe?%#11 startupProbe:core.v1.Probe?%#22 lifecycle:core.v1.Lifecycle?%#12 terminationMessagePath:string?#13 terminationMessagePolicy:string=TerminationMessagePolicy?#20 imagePullPolicy:string=PullPolicy?#14 securityContext:core.v1.SecurityContext?%#15 stdin:bool?#16 stdinOnce:bool?#17 tty:bool?#18 targetContainerName:string?#2
core.v1.EphemeralVolumeSource volumeClaimTemplate:core.v1.PersistentVolumeClaimTemplate?%#1
core.v1.Event metadata:meta.v1.ObjectMeta*#1 involvedObject:core.v1.ObjectReference*#2 reason:string?#3 message:string?#4 source:core.v1.EventSource?#5 firstTimestamp:time?#6 lastTimestamp:time?#7 count:int32?#8 type:string?#9 eventTime:microtime?#10 series:core.v1.EventSeries?%#11 action:string?#12 related:core.v1.ObjectReference?%#13 reportingComponent:string#14 reportingInstance:string#15
core.v1.EventSeries count:int32?#1 lastObservedTime:microtime?#2
core.v1.EventSource component:string?#1 host:string?#2
core.v1.ExecAction command:[string]?#1
core.v1.FCVolumeSource targetWWNs:[string]?#1 lun:int32?%#2 fsType:string?#3 readOnly:bool?#4 wwids:[string]?#5
core.v1.FileKeySelector volumeName:string*#1 path:string*#2 key:string*#3 optional:bool?%#4
core.v1.FlexVolumeSource driver:string*#1 fsType:string?#2 secretRef:core.v1.LocalObjectReference?%#3 readOnly:bool?#4 options:{string}?#5
core.v1.FlockerVolumeSource datasetName:string?#1 datasetUUID:string?#2
core.v1.GCEPersistentDiskVolumeSource pdName:string*#1 fsType:string?#2 partition:int32?#3 readOnly:bool?#4
core.v1.GRPCAction port:int32*#1 service:string%#2
core.v1.GitRepoVolumeSource repository:string*#1 revision:string?#2 directory:string?#3
core.v1.GlusterfsVolumeSource endpoints:string*#1 path:string*#2 readOnly:bool?#3
core.v1.HTTPGetAction path:string?#1 port:intorstring*#2 host:string?#3 scheme:string=URIScheme?#4 httpHeaders:[core.v1.HTTPHeader]?#5
core.v1.HTTPHeader name:string*#1 value:string*#2
core.v1.HostAlias ip:string*#1 hostnames:[string]?#2
core.v1.HostIP ip:string*#1
core.v1.HostPathVolumeSource path:string*#1 type:string=HostPathType?%#2
core.v1.ISCSIVolumeSource targetPortal:string*#1 iqn:string*#2 lun:int32*#3 iscsiInterface:string?#4 fsType:string?#5 readOnly:bool?#6 portals:[string]?#7 chapAuthDiscovery:bool?#8 chapAuthSession:bool?#11 secretRef:core.v1.LocalObjectReference?%#10 initiatorName:string?%#12
core.v1.ImageVolumeSource reference:string?#1 pullPolicy:string=PullPolicy?#2
core.v1.ImageVolumeStatus imageRef:string?*#1
core.v1.KeyToPath key:string*#1 path:string*#2 mode:int32?%#3
core.v1.Lifecycle postStart:core.v1.LifecycleHandler?%#1 preStop:core.v1.LifecycleHandler?%#2 stopSignal:string=Signal?%#3
core.v1.LifecycleHandler exec:core.v1.ExecAction?%#1 httpGet:core.v1.HTTPGetAction?%#2 tcpSocket:core.v1.TCPSocketAction?%#3 sleep:core.v1.SleepAction?%#4
core.v1.LinuxContainerUser uid:int64*#1 gid:int64*#2 supplementalGroups:[int64]?#3
core.v1.LoadBalancerIngress ip:string?#1 hostname:string?#2 ipMode:string=LoadBalancerIPMode?%#3 ports:[core.v1.PortStatus]?#4
core.v1.LoadBalancerStatus ingress:[core.v1.LoadBalancerIngress]?#1
core.v1.LocalObjectReference name:string?#1
core.v1.NFSVolumeSource server:string*#1 path:string*#2 readOnly:bool?#3
core.v1.Namespace metadata:meta.v1.ObjectMeta?#1 spec:core.v1.NamespaceSpec?#2 status:core.v1.NamespaceStatus?#3
core.v1.NamespaceCondition type:string=NamespaceConditionType*#1 status:string=ConditionStatus*#2 lastTransitionTime:time?#4 reason:string?#5 message:string?#6
core.v1.NamespaceSpec finalizers:[string=FinalizerName]?#1
core.v1.NamespaceStatus phase:string=NamespacePhase?#1 conditions:[core.v1.NamespaceCondition]?~type#2
core.v1.NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:core.v1.NodeSelector?%#1 preferredDuringSchedulingIgnoredDuringExecution:[core.v1.PreferredSchedulingTerm]?#2
core.v1.NodeAllocatableResourceClaimStatus resourceClaimName:string*#1 containers:[string]?#2 resources:{quantity}*#3
core.v1.NodeSelector nodeSelectorTerms:[core.v1.NodeSelectorTerm]*#1
core.v1.NodeSelectorRequirement key:string*#1 operator:string=NodeSelectorOperator*#2 values:[string]?#3
core.v1.NodeSelectorTerm matchExpressions:[core.v1.NodeSelectorRequirement]?#1 matchFields:[core.v1.NodeSelectorRequirement]?#2
core.v1.ObjectFieldSelector apiVersion:string?#1 fieldPath:string*#2
core.v1.ObjectReference kind:string?#1 namespace:string?#2 name:string?#3 uid:string=UID?#4 apiVersion:string?#5 resourceVersion:string?#6 fieldPath:string?#7
core.v1.PersistentVolumeClaimSpec accessModes:[string=PersistentVolumeAccessMode]?#1 selector:meta.v1.LabelSelector?%#4 resources:core.v1.VolumeResourceRequirements?#2 volumeName:string?#3 storageClassName:string?%#5 volumeMode:string=PersistentVolumeMode?%#6 dataSource:core.v1.TypedLocalObjectReference?%#7 dataSourceRef:core.v1.TypedObjectReference?%#8 volumeAttributesClassName:string?%#9
core.v1.PersistentVolumeClaimTemplate metadata:meta.v1.ObjectMeta?#1 spec:core.v1.PersistentVolumeClaimSpec*#2
core.v1.PersistentVolumeClaimVolumeSource claimName:string*#1 readOnly:bool?#2
core.v1.PhotonPersistentDiskVolumeSource pdID:string*#1 fsType:string?#2
core.v1.Pod metadata:meta.v1.ObjectMeta?#1 spec:core.v1.PodSpec?#2 status:core.v1.PodStatus?#3
core.v1.PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[core.v1.PodAffinityTerm]?#1 preferredDuringSchedulingIgnoredDuringExecution:[core.v1.WeightedPodAffinityTerm]?#2
core.v1.PodAffinityTerm labelSelector:meta.v1.LabelSelector?%#1 namespaces:[string]?#2 topologyKey:string*#3 namespaceSelector:meta.v1.LabelSelector?%#4 matchLabelKeys:[string]?#5 mismatchLabelKeys:[string]?#6
core.v1.PodAntiAffinity requiredDuringSchedulingIgnoredDuringExecution:[core.v1.PodAffinityTerm]?#1 preferredDuringSchedulingIgnoredDuringExecution:[core.v1.WeightedPodAffinityTerm]?#2
core.v1.PodCertificateProjection signerName:string?*#1 keyType:string?*#2 maxExpirationSeconds:int32?%#3 credentialBundlePath:string?#4 keyPath:string?#5 certificateChainPath:string?#6 userAnnotations:{string}?#7
core.v1.PodCondition type:string=PodConditionType*#1 observedGeneration:int64?#7 status:string=ConditionStatus*#2 lastProbeTime:time?#3 lastTransitionTime:time?#4 reason:string?#5 message:string?#6
core.v1.PodDNSConfig nameservers:[string]?#1 searches:[string]?#2 options:[core.v1.PodDNSConfigOption]?#3
core.v1.PodDNSConfigOption name:string?#1 value:string?%#2
core.v1.PodExtendedResourceClaimStatus requestMappings:[core.v1.ContainerExtendedResourceRequest]*#1 resourceClaimName:string*#2
core.v1.PodIP ip:string*#1
core.v1.PodOS name:string=OSName*#1
core.v1.PodReadinessGate conditionType:string=PodConditionType*#1
core.v1.PodResourceClaim name:string*#1 resourceClaimName:string?%#3 resourceClaimTemplateName:string?%#4
core.v1.PodResourceClaimStatus name:string*#1 resourceClaimName:string?%#2
core.v1.PodSchedulingGate name:string*#1
core.v1.PodSchedulingGroup podGroupName:string?%#1
core.v1.PodSecurityContext seLinuxOptions:core.v1.SELinuxOptions?%#1 windowsOptions:core.v1.WindowsSecurityContextOptions?%#8 runAsUser:int64?%#2 runAsGroup:int64?%#6 runAsNonRoot:bool?%#3 supplementalGroups:[int64]?#4 supplementalGroupsPolicy:string=SupplementalGroupsPolicy?%#12 fsGroup:int64?%#5 sysctls:[core.v1.Sysctl]?#7 fsGroupChangePolicy:string=PodFSGroupChangePolicy?%#9 seccompProfile:core.v1.SeccompProfile?%#10 appArmorProfile:core.v1.AppArmorProfile?%#11 seLinuxChangePolicy:string=PodSELinuxChangePolicy?%#13
core.v1.PodSpec volumes:[core.v1.Volume]?~name!#1 initContainers:[core.v1.Container]?~name#20 containers:[core.v1.Container]~name*#2 ephemeralContainers:[core.v1.EphemeralContainer]?~name#34 restartPolicy:string=RestartPolicy?#3 terminationGracePeriodSeconds:int64?%#4 activeDeadlineSeconds:int64?%#5 dnsPolicy:string=DNSPolicy?#6 nodeSelector:{string}?#7 serviceAccountName:string?#8 serviceAccount:string?#9 automountServiceAccountToken:bool?%#21 nodeName:string?#10 hostNetwork:bool?#11 hostPID:bool?#12 hostIPC:bool?#13 shareProcessNamespace:bool?%#27 securityContext:core.v1.PodSecurityContext?%#14 imagePullSecrets:[core.v1.LocalObjectReference]?~name#15 hostname:string?#16 subdomain:string?#17 affinity:core.v1.Affinity?%#18 schedulerName:string?#19 tolerations:[core.v1.Toleration]?#22 hostAliases:[core.v1.HostAlias]?~ip#23 priorityClassName:string?#24 priority:int32?%#25 dnsConfig:core.v1.PodDNSConfig?%#26 readinessGates:[core.v1.PodReadinessGate]?#28 runtimeClassName:string?%#29 enableServiceLinks:bool?%#30 preemptionPolicy:string=PreemptionPolicy?%#31 overhead:{quantity}?#32 topologySpreadConstraints:[core.v1.TopologySpreadConstraint]?~topologyKey#33 setHostnameAsFQDN:bool?%#35 os:core.v1.PodOS?%#36 hostUsers:bool?%#37 schedulingGates:[core.v1.PodSchedulingGate]?~name#38 resourceClaims:[core.v1.PodResourceClaim]?~name!#39 resources:core.v1.ResourceRequirements?%#40 hostnameOverride:string?%#41 schedulingGroup:core.v1.PodSchedulingGroup?%#43
core.v1.PodStatus observedGeneration:int64?#17 phase:string=PodPhase?#1 conditions:[core.v1.PodCondition]?~type#2 message:string?#3 reason:string?#4 nominatedNodeName:string?#11 hostIP:string?#5 hostIPs:[core.v1.HostIP]?~ip#16 podIP:string?#6 podIPs:[core.v1.PodIP]?~ip#12 startTime:time?%#7 initContainerStatuses:[core.v1.ContainerStatus]?#10 containerStatuses:[core.v1.ContainerStatus]?#8 qosClass:string=PodQOSClass?#9 ephemeralContainerStatuses:[core.v1.ContainerStatus]?#13 resize:string=PodResizeStatus?#14 resourceClaimStatuses:[core.v1.PodResourceClaimStatus]?~name!#15 extendedResourceClaimStatus:core.v1.PodExtendedResourceClaimStatus?%#18 allocatedResources:{quantity}?#19 resources:core.v1.ResourceRequirements?%#20 nodeAllocatableResourceClaimStatuses:[core.v1.NodeAllocatableResourceClaimStatus]?#21
core.v1.PodTemplateSpec metadata:meta.v1.ObjectMeta?#1 spec:core.v1.PodSpec?#2
core.v1.PortStatus port:int32*#1 protocol:string=Protocol*#2 error:string?%#3
core.v1.PortworxVolumeSource volumeID:string*#1 fsType:string?#2 readOnly:bool?#3
core.v1.PreferredSchedulingTerm weight:int32*#1 preference:core.v1.NodeSelectorTerm*#2
core.v1.Probe exec:core.v1.ExecAction?%#1 httpGet:core.v1.HTTPGetAction?%#2 tcpSocket:core.v1.TCPSocketAction?%#3 grpc:core.v1.GRPCAction?%#4 initialDelaySeconds:int32?#2 timeoutSeconds:int32?#3 periodSeconds:int32?#4 successThreshold:int32?#5 failureThreshold:int32?#6 terminationGracePeriodSeconds:int64?%#7
core.v1.ProjectedVolumeSource sources:[core.v1.VolumeProjection]#1 defaultMode:int32?%#2
core.v1.QuobyteVolumeSource registry:string*#1 volume:string*#2 readOnly:bool?#3 user:string?#4 group:string?#5 tenant:string?#6
core.v1.RBDVolumeSource monitors:[string]*#1 image:string*#2 fsType:string?#3 pool:string?#4 user:string?#5 keyring:string?#6 secretRef:core.v1.LocalObjectReference?%#7 readOnly:bool?#8
core.v1.ResourceClaim name:string*#1 request:string?#2
core.v1.ResourceFieldSelector containerName:string?#1 resource:string*#2 divisor:quantity?#3
core.v1.ResourceHealth resourceID:string=ResourceID*#1 health:string=ResourceHealthStatus?#2 message:string?%#6
core.v1.ResourceRequirements limits:{quantity}?#1 requests:{quantity}?#2 claims:[core.v1.ResourceClaim]?#3
core.v1.ResourceStatus name:string=ResourceName*#1 resources:[core.v1.ResourceHealth]?#2
core.v1.SELinuxOptions user:string?#1 role:string?#2 type:string?#3 level:string?#4
core.v1.ScaleIOVolumeSource gateway:string*#1 system:string*#2 secretRef:core.v1.LocalObjectReference%*#3 sslEnabled:bool?#4 protectionDomain:string?#5 storagePool:string?#6 storageMode:string?#7 volumeName:string?#8 fsType:string?#9 readOnly:bool?#10
core.v1.SeccompProfile type:string=SeccompProfileType*#1 localhostProfile:string?%#2
core.v1.Secret metadata:meta.v1.ObjectMeta?#1 immutable:bool?%#5 data:{bytes}?#2 stringData:{string}?#4 type:string=SecretType?#3
core.v1.SecretEnvSource name:string?#1 optional:bool?%#2
core.v1.SecretKeySelector name:string?#1 key:string*#2 optional:bool?%#3
core.v1.SecretProjection name:string?#1 items:[core.v1.KeyToPath]?#2 optional:bool?%#4
core.v1.SecretVolumeSource secretName:string?#1 items:[core.v1.KeyToPath]?#2 defaultMode:int32?%#3 optional:bool?%#4
core.v1.SecurityContext capabilities:core.v1.Capabilities?%#1 privileged:bool?%#2 seLinuxOptions:core.v1.SELinuxOptions?%#3 windowsOptions:core.v1.WindowsSecurityContextOptions?%#10 runAsUser:int64?%#4 runAsGroup:int64?%#8 runAsNonRoot:bool?%#5 readOnlyRootFilesystem:bool?%#6 allowPrivilegeEscalation:bool?%#7 procMount:string=ProcMountType?%#9 seccompProfile:core.v1.SeccompProfile?%#11 appArmorProfile:core.v1.AppArmorProfile?%#12
core.v1.Service metadata:meta.v1.ObjectMeta?#1 spec:core.v1.ServiceSpec?#2 status:core.v1.ServiceStatus?#3
core.v1.ServiceAccount metadata:meta.v1.ObjectMeta?#1 secrets:[core.v1.ObjectReference]?~name#2 imagePullSecrets:[core.v1.LocalObjectReference]?#3 automountServiceAccountToken:bool?%#4
core.v1.ServiceAccountTokenProjection audience:string?#1 expirationSeconds:int64?%#2 path:string*#3
core.v1.ServicePort name:string?#1 protocol:string=Protocol?#2 appProtocol:string?%#6 port:int32*#3 targetPort:intorstring?#4 nodePort:int32?#5
core.v1.ServiceSpec ports:[core.v1.ServicePort]?~port#1 selector:{string}?#2 clusterIP:string?#3 clusterIPs:[string]?#18 type:string=ServiceType?#4 externalIPs:[string]?#5 sessionAffinity:string=ServiceAffinity?#7 loadBalancerIP:string?#8 loadBalancerSourceRanges:[string]?#9 externalName:string?#10 externalTrafficPolicy:string=ServiceExternalTrafficPolicy?#11 healthCheckNodePort:int32?#12 publishNotReadyAddresses:bool?#13 sessionAffinityConfig:core.v1.SessionAffinityConfig?%#14 ipFamilies:[string=IPFamily]?#19 ipFamilyPolicy:string=IPFamilyPolicy?%#17 allocateLoadBalancerNodePorts:bool?%#20 loadBalancerClass:string?%#21 internalTrafficPolicy:string=ServiceInternalTrafficPolicy?%#22 trafficDistribution:string?%#23
core.v1.ServiceStatus loadBalancer:core.v1.LoadBalancerStatus?#1 conditions:[meta.v1.Condition]?~type#2
core.v1.SessionAffinityConfig clientIP:core.v1.ClientIPConfig?%#1
core.v1.SleepAction seconds:int64*#1
core.v1.StorageOSVolumeSource volumeName:string?#1 volumeNamespace:string?#2 fsType:string?#3 readOnly:bool?#4 secretRef:core.v1.LocalObjectReference?%#5
core.v1.Sysctl name:string*#1 value:string*#2
core.v1.TCPSocketAction port:intorstring*#1 host:string?#2
core.v1.Toleration key:string?#1 operator:string=TolerationOperator?#2 value:string?#3 effect:string=TaintEffect?#4 tolerationSeconds:int64?%#5
core.v1.TopologySpreadConstraint maxSkew:int32*#1 topologyKey:string*#2 whenUnsatisfiable:string=UnsatisfiableConstraintAction*#3 labelSelector:meta.v1.LabelSelector?%#4 minDomains:int32?%#5 nodeAffinityPolicy:string=NodeInclusionPolicy?%#6 nodeTaintsPolicy:string=NodeInclusionPolicy?%#7 matchLabelKeys:[string]?#8
core.v1.TypedLocalObjectReference apiGroup:string%#1 kind:string*#2 name:string*#3
core.v1.TypedObjectReference apiGroup:string%#1 kind:string*#2 name:string*#3 namespace:string?%#4
core.v1.Volume name:string*#1 hostPath:core.v1.HostPathVolumeSource?%#1 emptyDir:core.v1.EmptyDirVolumeSource?%#2 gcePersistentDisk:core.v1.GCEPersistentDiskVolumeSource?%#3 awsElasticBlockStore:core.v1.AWSElasticBlockStoreVolumeSource?%#4 gitRepo:core.v1.GitRepoVolumeSource?%#5 secret:core.v1.SecretVolumeSource?%#6 nfs:core.v1.NFSVolumeSource?%#7 iscsi:core.v1.ISCSIVolumeSource?%#8 glusterfs:core.v1.GlusterfsVolumeSource?%#9 persistentVolumeClaim:core.v1.PersistentVolumeClaimVolumeSource?%#10 rbd:core.v1.RBDVolumeSource?%#11 flexVolume:core.v1.FlexVolumeSource?%#12 cinder:core.v1.CinderVolumeSource?%#13 cephfs:core.v1.CephFSVolumeSource?%#14 flocker:core.v1.FlockerVolumeSource?%#15 downwardAPI:core.v1.DownwardAPIVolumeSource?%#16 fc:core.v1.FCVolumeSource?%#17 azureFile:core.v1.AzureFileVolumeSource?%#18 configMap:core.v1.ConfigMapVolumeSource?%#19 vsphereVolume:core.v1.VsphereVirtualDiskVolumeSource?%#20 quobyte:core.v1.QuobyteVolumeSource?%#21 azureDisk:core.v1.AzureDiskVolumeSource?%#22 photonPersistentDisk:core.v1.PhotonPersistentDiskVolumeSource?%#23 projected:core.v1.ProjectedVolumeSource?%#26 portworxVolume:core.v1.PortworxVolumeSource?%#24 scaleIO:core.v1.ScaleIOVolumeSource?%#25 storageos:core.v1.StorageOSVolumeSource?%#27 csi:core.v1.CSIVolumeSource?%#28 ephemeral:core.v1.EphemeralVolumeSource?%#29 image:core.v1.ImageVolumeSource?%#30
core.v1.VolumeDevice name:string*#1 devicePath:string*#2
core.v1.VolumeMount name:string*#1 readOnly:bool?#2 recursiveReadOnly:string=RecursiveReadOnlyMode?%#7 mountPath:string*#3 subPath:string?#4 mountPropagation:string=MountPropagationMode?%#5 subPathExpr:string?#6
core.v1.VolumeMountStatus name:string*#1 mountPath:string*#2 readOnly:bool?#3 recursiveReadOnly:string=RecursiveReadOnlyMode?%#4 volumeStatus:core.v1.VolumeStatus?%#5
core.v1.VolumeProjection secret:core.v1.SecretProjection?%#1 downwardAPI:core.v1.DownwardAPIProjection?%#2 configMap:core.v1.ConfigMapProjection?%#3 serviceAccountToken:core.v1.ServiceAccountTokenProjection?%#4 clusterTrustBundle:core.v1.ClusterTrustBundleProjection?%#5 podCertificate:core.v1.PodCertificateProjection?%#6
core.v1.VolumeResourceRequirements limits:{quantity}?#1 requests:{quantity}?#2
core.v1.VolumeStatus image:core.v1.ImageVolumeStatus?%#1
core.v1.VsphereVirtualDiskVolumeSource volumePath:string*#1 fsType:string?#2 storagePolicyName:string?#3 storagePolicyID:string?#4
core.v1.WeightedPodAffinityTerm weight:int32*#1 podAffinityTerm:core.v1.PodAffinityTerm*#2
core.v1.WindowsSecurityContextOptions gmsaCredentialSpecName:string?%#1 gmsaCredentialSpec:string?%#2 runAsUserName:string?%#3 hostProcess:bool?%#4
events.v1.Event metadata:meta.v1.ObjectMeta#1 eventTime:microtime*#2 series:events.v1.EventSeries?%#3 reportingController:string?#4 reportingInstance:string?#5 action:string?#6 reason:string?#7 regarding:core.v1.ObjectReference?#8 related:core.v1.ObjectReference?%#9 note:string?#10 type:string?#11 deprecatedSource:core.v1.EventSource?#12 deprecatedFirstTimestamp:time?#13 deprecatedLastTimestamp:time?#14 deprecatedCount:int32?#15
events.v1.EventSeries count:int32*#1 lastObservedTime:microtime*#2
meta.v1.Condition type:string*#1 status:string=ConditionStatus*#2 observedGeneration:int64?#3 lastTransitionTime:time*#4 reason:string*#5 message:string*#6
meta.v1.DeleteOptions gracePeriodSeconds:int64?%#1 preconditions:meta.v1.Preconditions?%#2 orphanDependents:bool?%#3 propagationPolicy:string=DeletionPropagation?%#4 dryRun:[string]?#5 ignoreStoreReadErrorWithClusterBreakingPotential:bool?%#6
meta.v1.FieldSelectorRequirement key:string*#1 operator:string=FieldSelectorOperator*#2 values:[string]?#3
meta.v1.LabelSelector matchLabels:{string}?#1 matchExpressions:[meta.v1.LabelSelectorRequirement]?#2
meta.v1.LabelSelectorRequirement key:string*#1 operator:string=LabelSelectorOperator*#2 values:[string]?#3
meta.v1.ManagedFieldsEntry manager:string?#1 operation:string=ManagedFieldsOperationType?#2 apiVersion:string?#3 time:time?%#4 fieldsType:string?#6 fieldsV1:raw?%#7 subresource:string?#8
meta.v1.ObjectMeta name:string?#1 generateName:string?#2 namespace:string?#3 selfLink:string?#4 uid:string=UID?#5 resourceVersion:string?#6 generation:int64?#7 creationTimestamp:time?0#8 deletionTimestamp:time?%#9 deletionGracePeriodSeconds:int64?%#10 labels:{string}?#11 annotations:{string}?#12 ownerReferences:[meta.v1.OwnerReference]?~uid#13 finalizers:[string]?~#14 managedFields:[meta.v1.ManagedFieldsEntry]?#17
meta.v1.OwnerReference apiVersion:string*#5 kind:string*#1 name:string*#3 uid:string=UID*#4 controller:bool?%#6 blockOwnerDeletion:bool?%#7
meta.v1.Preconditions uid:string=UID?%#1 resourceVersion:string?%#2
rbac.v1.AggregationRule clusterRoleSelectors:[meta.v1.LabelSelector]?#1
rbac.v1.ClusterRole metadata:meta.v1.ObjectMeta?#1 rules:[rbac.v1.PolicyRule]#2 aggregationRule:rbac.v1.AggregationRule?%#3
rbac.v1.ClusterRoleBinding metadata:meta.v1.ObjectMeta?#1 subjects:[rbac.v1.Subject]?#2 roleRef:rbac.v1.RoleRef*#3
rbac.v1.PolicyRule verbs:[string]*#1 apiGroups:[string]?#2 resources:[string]?#3 resourceNames:[string]?#4 nonResourceURLs:[string]?#5
rbac.v1.Role metadata:meta.v1.ObjectMeta?#1 rules:[rbac.v1.PolicyRule]#2
rbac.v1.RoleBinding metadata:meta.v1.ObjectMeta?#1 subjects:[rbac.v1.Subject]?#2 roleRef:rbac.v1.RoleRef*#3
rbac.v1.RoleRef apiGroup:string#1 kind:string*#2 name:string*#3
rbac.v1.Subject kind:string*#1 apiGroup:string?#2 name:string*#3 namespace:string?#4
`;
