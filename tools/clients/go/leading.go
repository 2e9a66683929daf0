package main

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/events"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
	"k8s.io/client-go/tools/record"
)

// runElection takes part in an election; a line of standard input makes it resign.
func runElection(ctx context.Context, config *rest.Config) error {
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	lock, err := resourcelock.New(resourcelock.LeasesResourceLock, namespace, "election", typed.CoreV1(), typed.CoordinationV1(),
		resourcelock.ResourceLockConfig{Identity: *identity})
	if err != nil {
		return err
	}
	taking, resign := context.WithCancel(ctx)
	defer resign()
	go func() {
		_ = untilTold(taking)
		resign()
	}()
	leaderelection.RunOrDie(taking, leaderelection.LeaderElectionConfig{
		Lock: lock,
		// Long enough for a busy machine: only who resigns loses the lead.
		LeaseDuration:   60 * time.Second,
		RenewDeadline:   40 * time.Second,
		RetryPeriod:     100 * time.Millisecond,
		ReleaseOnCancel: true,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { say("leads", map[string]any{"who": *identity}) },
			OnStoppedLeading: func() { say("resigned", map[string]any{"who": *identity}) },
			OnNewLeader:      func(who string) { say("leader", map[string]any{"who": who}) },
		},
	})
	return nil
}

// runEvents reports through both recorders: of the core group and of events.k8s.io.
func runEvents(ctx context.Context, config *rest.Config) error {
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	untyped, err := dynamic.NewForConfig(config)
	if err != nil {
		return err
	}
	about, err := untyped.Resource(widgets).Namespace(namespace).Create(ctx, widget("reported", map[string]any{"size": int64(1)}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := reportOld(ctx, typed, about); err != nil {
		return err
	}
	return reportNew(ctx, typed, about)
}

func reportOld(ctx context.Context, typed kubernetes.Interface, about *unstructured.Unstructured) error {
	client := typed.CoreV1().Events(namespace)
	broadcaster := record.NewBroadcaster(record.WithContext(ctx))
	defer broadcaster.Shutdown()
	broadcaster.StartRecordingToSink(&typedcorev1.EventSinkImpl{Interface: client})
	selector := fields.Set{"involvedObject.name": about.GetName(), "involvedObject.uid": string(about.GetUID())}.String()
	watching, err := client.Watch(ctx, metav1.ListOptions{FieldSelector: selector})
	if err != nil {
		return err
	}
	defer watching.Stop()
	recorder := broadcaster.NewRecorder(scheme.Scheme, runtimeSource("old-recorder"))
	recorder.Event(about, "Normal", "Built", "It was built")
	recorder.Event(about, "Normal", "Built", "It was built")
	for seen := range watching.ResultChan() {
		if event, ok := seen.Object.(*corev1.Event); ok {
			say("event", map[string]any{"type": string(seen.Type), "reason": event.Reason, "count": event.Count, "component": event.Source.Component})
			if event.Count == 2 {
				return nil
			}
		}
	}
	return ctx.Err()
}

func reportNew(ctx context.Context, typed kubernetes.Interface, about runtime.Object) error {
	client := typed.EventsV1()
	watching, err := client.Events(namespace).Watch(ctx, metav1.ListOptions{FieldSelector: "reason=Painted"})
	if err != nil {
		return err
	}
	defer watching.Stop()
	broadcaster := events.NewBroadcaster(&events.EventSinkImpl{Interface: client})
	defer broadcaster.Shutdown()
	if err := broadcaster.StartRecordingToSinkWithContext(ctx); err != nil {
		return err
	}
	recorder := broadcaster.NewRecorder(scheme.Scheme, "new-recorder")
	// The recorder sends each from a goroutine of its own: the second one waits for the first, or either could be the one that creates.
	for _, wanted := range []watch.EventType{watch.Added, watch.Modified} {
		recorder.Eventf(about, nil, "Warning", "Painted", "Paint", "It is %s now", "red")
		seen, ok := <-watching.ResultChan()
		if !ok {
			return fmt.Errorf("the watch ended before an event was %s: %w", wanted, ctx.Err())
		}
		event, ok := seen.Object.(*eventsv1.Event)
		if !ok {
			return fmt.Errorf("no event, but %v", seen.Object)
		}
		say("event", map[string]any{"type": string(seen.Type), "reason": event.Reason, "note": event.Note, "series": event.Series != nil, "component": event.ReportingController})
	}
	return nil
}

func runtimeSource(name string) corev1.EventSource {
	return corev1.EventSource{Component: name}
}

// runDiscovery maps kinds to resources by a cache that is filled anew when a kind is not in it.
func runDiscovery(ctx context.Context, config *rest.Config) error {
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	cached := memory.NewMemCacheClient(typed.Discovery())
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(cached)
	if err := sayMapping(mapper, schema.GroupKind{Group: "apps", Kind: "Deployment"}); err != nil {
		return err
	}
	say("ready", nil)
	if err := untilTold(ctx); err != nil { // a kind is defined meanwhile
		return err
	}
	later := schema.GroupKind{Group: "later.kopf.dev", Kind: "Later"}
	if _, err := mapper.RESTMapping(later); !meta.IsNoMatchError(err) {
		return fmt.Errorf("the cache knows what it cannot know: %w", err)
	}
	mapper.Reset() // as controllers do when a kind is not there yet
	if err := sayMapping(mapper, later); err != nil {
		return err
	}
	short := restmapper.NewShortcutExpander(mapper, cached, nil)
	expanded, err := short.ResourceFor(schema.GroupVersionResource{Resource: "wdg"})
	if err != nil {
		return err
	}
	say("short", map[string]any{"resource": expanded.String()})
	_, lists, err := cached.ServerGroupsAndResources()
	if err != nil {
		return err
	}
	version, err := cached.ServerVersion()
	if err != nil {
		return err
	}
	say("served", map[string]any{"versions": len(lists), "version": version.String()})
	return nil
}

func sayMapping(mapper meta.RESTMapper, kind schema.GroupKind) error {
	mapping, err := mapper.RESTMapping(kind)
	if err != nil {
		return err
	}
	say("mapping", map[string]any{"resource": mapping.Resource.String(), "scope": string(mapping.Scope.Name())})
	return nil
}
