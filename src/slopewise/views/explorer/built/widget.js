var Ns="http://www.w3.org/2000/svg",je=new WeakMap;function m(t,e={},...n){return Be(document.createElement(t),e,n)}function y(t,e={},...n){return Be(document.createElementNS(Ns,t),e,n)}function Be(t,e,n){for(let[r,s]of Object.entries(e))r.startsWith("on")?t.addEventListener(r.slice(2),s):Ve(t,r,s);for(let r of n)r!=null&&r!==!1&&t.append(r instanceof Node?r:String(r));return t}function v(t,e){for(let n in e)Ve(t,n,e[n])}function Ve(t,e,n){let r=je.get(t);r||je.set(t,r={}),r[e]!==n&&(r[e]=n,n==null||n===!1?t.removeAttribute(e):t.setAttribute(e,n===!0?"":String(n)))}function k(t,e){let n=String(e);t.textContent!==n&&(t.textContent=n)}function T(t,e,n){for(;t.childElementCount>e;)t.lastElementChild?.remove();for(;t.childElementCount<e;)t.append(n(t.childElementCount));return Array.from(t.children)}var Ue=0;function j(t){return Ue+=1,`${t}-${Ue}`}function It({names:t,intercept:e,scale:n}){let r=n?"\u2032":"",s=t.length===1?[`w${r}`]:t.map(o=>`w${r}[${o}]`);return e?[`b${r}`,...s]:s}var Rs={"-":"\u207B",0:"\u2070",1:"\xB9",2:"\xB2",3:"\xB3",4:"\u2074",5:"\u2075",6:"\u2076",7:"\u2077",8:"\u2078",9:"\u2079"},xe="\u2013";function f(t,e=5){if(!zt(t))return xe;if(t===0)return"0";let[n,r]=t.toExponential(e-1).split("e"),s=Number(r);return s<-4||s>=Math.max(e,7)?ge(`${Ge(n)}${Cs(s)}`):ge(Ze(Ge(Number(t.toPrecision(e)).toFixed(Math.max(0,e-1-s)))))}function M(t){return zt(t)?ge(Ze(Math.round(t).toFixed(0))):xe}function V(t,e=4){if(!zt(t))return xe;let n=1-t;return n===0||Math.abs(n)>=.001?f(t,e):n>0?`1 \u2212 ${f(n,3)}`:`1 + ${f(-n,3)}`}function C(t){if(!zt(t))throw new RangeError("only finite numbers can be written");return String(t).replace("e+","e")}function zt(t){return typeof t=="number"&&Number.isFinite(t)}function Ge(t){return t.includes(".")?t.replace(/\.?0+$/,""):t}function Cs(t){return`\xD710${[...String(t)].map(e=>Rs[e]).join("")}`}function Ze(t){let[e,n]=t.split("."),r=e.replace(/\B(?=(\d{3})+$)/g,",");return n===void 0?r:`${r}.${n}`}function ge(t){return t.replace("-","\u2212")}var Ps=24;function Ye(t,e){return Z(t,e+(t.intercept?1:0))}function Z(t,e){return N(t)[e]}function N({names:t,intercept:e}){return It({names:t.map(n=>Q(n)),intercept:e,scale:!1})}function Q(t,e=Ps){return t.length>e?`${t.slice(0,e-1)}\u2026`:t}function tt(t,e){return`${M(t)} ${e}${t===1?"":"s"}`}function P(t,e,n){let r=m("select",{onchange:()=>n(r.value)}),s=m("label",{class:"field choice"},m("span",{},t),r),o=null,a=i=>{let c=JSON.stringify(i);c!==o&&(o=c,r.replaceChildren(...i.map(([l,h])=>m("option",{value:l},h))))};return a(e),{element:s,show(i,c){s.hidden=i===!1,i&&a(i),r.value!==c&&(r.value=c)}}}function Ke(t,e){let n=m("button",{type:"button",class:"toggle","aria-pressed":"false"},t),r=s=>{v(n,{"aria-pressed":String(s)}),e(s)};return n.addEventListener("click",()=>r(n.getAttribute("aria-pressed")!=="true")),{element:n,press:r}}function Dt(t,e){let n=m("input",{type:"checkbox",onchange:()=>e(n.checked)});return{element:m("label",{class:"field check"},n,m("span",{},t)),show:s=>n.checked=s}}function R(t,e,n=""){return m("button",{type:"button",class:n,onclick:e},t)}function ht(t){let e=t.trim().replace(/−/g,"-").replace(/(?<=\d),(?=\d{3}(\D|$))/g,"");return/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(e)&&Number.isFinite(Number(e))?Number(e):null}function st(t,{take:e,nudge:n,name:r}){let s=m("span",{class:"fault",id:j("fault"),role:"alert"}),o=m("input",{type:"text",inputmode:"decimal",autocomplete:"off",spellcheck:"false",size:9,"aria-describedby":s.id,"aria-label":r}),a=m("label",{class:"field number"},m("span",{},t),o,s),i=0,c=h=>{let p=h===null?"Give a number.":e(h)??"";k(s,p),v(o,{"aria-invalid":p?"true":null})},l=()=>{o.value!==C(i)&&c(ht(o.value))};return o.addEventListener("change",l),o.addEventListener("keydown",h=>{let p={ArrowUp:1,ArrowDown:-1}[h.key];h.key==="Enter"&&l(),p&&(h.preventDefault(),c(n(ht(o.value)??i,p*(h.shiftKey?10:1))),o.value=C(i))}),{element:a,input:o,show(h){let p=h!==i||o.value==="";i=h;let d=o.getRootNode().activeElement===o&&o.getAttribute("aria-invalid");p&&!d&&(o.value=C(h),k(s,""),v(o,{"aria-invalid":null}))}}}function Ht(t,{take:e,value:n,position:r,nudge:s,text:o}){let i=m("input",{type:"range",min:0,max:1e4,step:1,"aria-label":t}),c=0;return i.addEventListener("input",()=>e(n(Number(i.value)/1e4))),i.addEventListener("keydown",l=>{let h={ArrowRight:1,ArrowUp:1,ArrowLeft:-1,ArrowDown:-1,PageUp:10,PageDown:-10}[l.key];h&&(l.preventDefault(),e(s(c,h*(l.shiftKey?10:1))))}),{element:i,show(l){c=l;let h=String(Math.round(Math.max(0,Math.min(1,r(l)))*1e4));i.value!==h&&(i.value=h),v(i,{"aria-valuetext":o(l)})}}}var be=200;function _t(t,e){t.hidden=e.length===0;let n=T(t,e.length,()=>m("div",{},m("dt"),m("dd")));e.forEach(([r,s],o)=>{k(n[o].firstElementChild,r),k(n[o].lastElementChild,s)})}function Wt(t,{columns:e,rows:n}){let r=n.slice(0,be),s=m("tr",{},...e.map(c=>m("th",{scope:"col"},c))),o=r.map(c=>m("tr",{},...c.map(l=>m("td",{},l)))),a=m("table",{},m("thead",{},s),m("tbody",{},...o)),i=n.length>be&&m("p",{},`The first ${M(be)} of ${M(n.length)} rows.`);t.replaceChildren(a,...i?[i]:[])}var qs=6,Qe=6,Xe=2**-7;function tn(t,e){let{theta:n,rate:r,momentum:s=0,velocity:o=null,sample:a=null,only:i=null,digits:c=5}=e,l=It(t),h=t.gradient(n),p=g=>f(g,c),d=g=>Hs(p(g)),u=a?.complete&&a.y.length<=qs&&t.p<=2?Is:zs;return(i??l.map((g,x)=>x)).flatMap(g=>{let x=s>0?s*(o?.[g]??0):null,b=x===null?"":` + ${d(s)}\xB7${d(o?.[g]??0)}`,w=n[g]-r*h[g]+(x??0);return[`\u2202J/\u2202${l[g]} = ${u(t,n,g,d,a)} = ${p(h[g])}`,`${l[g]} \u2190 ${p(n[g])} \u2212 ${d(r)}\xB7${d(h[g])}${b} = ${p(w)}`]})}function Is(t,e,n,r,s){let o=t.intercept?1:0,{centre:a,spread:i}=t.scaling,c=Array.from(s.y,(h,p)=>{let d=s.x.map((b,w)=>(b[p]-a[w])/i[w]),g=[...d.map((b,w)=>`${r(e[w+o])}\xB7${r(b)}`),...o?[r(e[0])]:[]].join(" + ");return`${s.weights?`${r(s.weights[p])}\xB7`:""}(${g} \u2212 ${r(h)})${n<o?"":`\xB7${r(d[n-o])}`}`}),l=s.weights?Array.prototype.reduce.call(s.weights,(h,p)=>h+p,0):s.y.length;return`1/${r(l)} [${c.join(" + ")}]`}function zs(t,e,n,r){let s=Array.from(e,(c,l)=>({h:t.H[n][l],d:c-t.optimum[l]})),o=s.length<=Qe?s:Ds(s),a=o.map(({h:c,d:l})=>`${r(c)}\xB7${r(l)}`).join(" + ");if(o.length===s.length)return a;let i=s.filter(c=>!o.includes(c)).reduce((c,{h:l,d:h})=>c+l*h,0);return`${a} + ${r(i)} of ${s.length-o.length} more terms`}function Ds(t){return[...t].sort((e,n)=>Math.abs(n.h*n.d)-Math.abs(e.h*e.d)).slice(0,Qe-1)}function Hs(t){return t.startsWith("\u2212")?`(${t})`:t}function en(t,e){let n=t.excess(e),r=t.gradient(e),s=r.map((i,c)=>_s(t,e,c,n)),o=Math.hypot(...s.map((i,c)=>i-r[c])),a=Math.sqrt(2*n)*Math.sqrt(t.modes.curvatures[t.rank-1].hi);return{numeric:s,exact:r,error:a>0?o/a:0}}function _s(t,e,n,r){let s=t.H[n][n];if(!(s>0))return 0;let o=r>0?Math.sqrt(2*r)/Math.sqrt(s):Math.abs(e[n])||1,[a,i]=[Float64Array.from(e),Float64Array.from(e)];return a[n]+=Xe*o,i[n]-=Xe*o,(t.excess(a)-t.excess(i))/(a[n]-i[n])}var ye=6,Ws=1e-6,Js="The check compares the gradient with differences of J.";function js(t){let e=m("ol",{class:"arithmetic",tabindex:0,"aria-label":"The update with its numbers"}),n=m("details",{open:!0},m("summary",{},"Show the arithmetic"),e),r=m("div",{class:"checked",role:"status"}),s=null,o=R("Check the gradient",()=>{s=t.get().theta,Us(t.get(),r)});return n.addEventListener("toggle",()=>nn(t.get(),n,e)),{element:m("div",{class:"stack"},n,o,r),draw(a){nn(a,n,e),s!==a.theta&&r.replaceChildren()},caption:a=>`The update after iteration ${M(a.shown)} with its numbers${a.scale?", on standardised features":""}. ${Js}`}}function nn(t,e,n){if(!e.open)return;let{problem:r}=t,s=r.fromUser(t.theta),o=t.momentum&&t.shown>0?r.fromUser(t.descent.at(t.shown-1)):null,a=o&&s.map((l,h)=>l-o[h]),i=Array.from({length:Math.min(r.k,ye)},(l,h)=>h),c=tn(r,{theta:s,rate:t.rate,momentum:t.momentum,velocity:a,sample:t.data.sample,only:i});r.k>ye&&c.push(`\u2026 and so for the other ${M(r.k-ye)} parameters.`),T(n,c.length,()=>m("li",{})).forEach((l,h)=>k(l,c[h]))}function Us(t,e){let{numeric:n,exact:r,error:s}=en(t.problem,t.problem.fromUser(t.theta)),o=N(t.data.state),a=s<Ws?"They agree":"They do not agree",i=m("div",{class:"table",tabindex:0,role:"region","aria-label":"Gradient check"});Wt(i,{columns:["parameter","by differences","by formula"],rows:o.map((c,l)=>[c+(t.scale?"\u2032":""),f(n[l],8),f(r[l],8)])}),e.replaceChildren(m("p",{},`${a}: relative to the gradient they are ${f(s,2)} apart.`),i)}var rn={id:"arithmetic",title:"Arithmetic of a step",create:js};var Bs=2220446049250313e-31;function sn(t){for(let e=0;e<40;e+=1)if(t.sort((n,r)=>F(r,r)-F(n,n)),!Vs(t))return t;return t}function on(t,e){let n=[...t];for(;n.length<e;){let r=Array.from({length:e},(s,o)=>Ys(n,o,e));n.push(At(r.reduce((s,o)=>F(o,o)>F(s,s)?o:s)))}return n.slice(t.length)}function At(t){let e=Math.sqrt(F(t,t));return t.map(n=>n/e)}function F(t,e){let n=0;for(let r=0;r<t.length;r+=1)n+=t[r]*e[r];return n}function Vs(t){let e=!1,n=t.map(r=>F(r,r));for(let r=0;r<t.length;r+=1)for(let s=r+1;s<t.length;s+=1){let o=F(t[r],t[s]);if(!(Math.abs(o)>Bs*Math.sqrt(n[r])*Math.sqrt(n[s])))continue;e=!0;let a=Gs((n[s]-n[r])/(2*o));Zs(t[r],t[s],a),n[r]-=a*o,n[s]+=a*o}return e}function Gs(t){return(t<0?-1:1)/(Math.abs(t)+Math.hypot(1,t))}function Zs(t,e,n){let r=1/Math.hypot(1,n),s=r*n;for(let o=0;o<t.length;o+=1){let a=t[o],i=e[o];t[o]=r*a-s*i,e[o]=s*a+r*i}}function Ys(t,e,n){let r=new Float64Array(n);r[e]=1;for(let s=0;s<2;s+=1)for(let o of t){let a=F(o,r);o.forEach((i,c)=>{r[c]-=a*i})}return r}var an=1e-11;function U(t,e,n,{others:r="held",at:s=t.optimum}={}){let o=r==="reoptimised"||t.k===2,a=o?t.nearest(s):s,i=Xs(o?Ks(t,e,n):[]),[c,l]=[e,n].map(p=>ln(i,we(t,p))),h=o?new Float64Array(t.rank):cn(t,a);return to(t,Qs(c,l),h,[a[e],a[n]])}function Jt(t,e){let{centre:n,curvatures:r,directions:s}=t,o=e-t.floor;if(!(o>=0))return{kind:"none",center:n,axes:[0,0],angle:0};let a=r.map(h=>h>0?Math.sqrt(2*o/h):null),[i,c]=s[1],l=i===0?Math.PI/2:Math.atan(c/i);return{kind:["plane","strip","ellipse"][a.filter(h=>h!==null).length],center:n,axes:a,angle:l}}function jt(t,e,{count:n=10,spacing:r="even"}={}){let s=e-t.floor;if(!(s>0)||s===1/0)return[];let o=a=>r==="even"?((n-a)/n)**2:4**-a;return Array.from({length:n},(a,i)=>t.floor+s*o(i))}function Et(t,e,n){let r=we(t,n),s=cn(t,e),[o,a,i]=[F(r,r),F(r,s),e[n]],c=o>0?i-a/o:null,l=h=>{let p=s.map((d,u)=>d+(h-i)*r[u]);return F(p,p)/2};return{value:i,cost:t.minimum+l(i),curvature:o,slope:a,bottom:c,least:t.minimum+l(c===null?i:c),costAt:h=>t.minimum+l(h),slopeAt:h=>a+o*(h-i)}}function we(t,e){return Float64Array.from(t.root,n=>n[e])}function Ks(t,e,n){return Array.from({length:t.k},(s,o)=>o).filter(s=>s!==e&&s!==n).map(s=>we(t,s))}function cn(t,e){let n=Float64Array.from(e,(r,s)=>r-t.optimum[s]);return Float64Array.from(t.root,r=>F(r,n))}function Xs(t){let e=[];for(let n of t){let r=ln(e,n);F(r,r)>0&&e.push(At(r))}return e}function ln(t,e){let n=e.slice();for(let r=0;r<2;r+=1)for(let s of t){let o=F(s,n);for(let a=0;a<n.length;a+=1)n[a]-=o*s[a]}return F(n,n)<=an**2*F(e,e)?new Float64Array(e.length):n}function Qs(t,e){let[n,r,s]=[F(t,t),F(e,e),F(t,e)],o=Math.atan2(2*s,n-r)/2,[a,i]=[Math.cos(o),Math.sin(o)],c=t.map((p,d)=>a*p+i*e[d]),l=e.map((p,d)=>a*p-i*t[d]),h=F(l,l)<=an**2*F(c,c);return{lengths:[c,h?new Float64Array(l.length):l],directions:[[a,i],[-i,a]]}}function to(t,{lengths:e,directions:n},r,s){let o=e.map(u=>F(u,u)),i=e.map(u=>F(u,r)).map((u,g)=>o[g]>0?-u/o[g]:0),c=r.map((u,g)=>u+i[0]*e[0][g]+i[1]*e[1][g]),l=[0,1].map(u=>s[u]+i[0]*n[0][u]+i[1]*n[1][u]),h=F(c,c)/2,p=(u,g)=>n.map(([x,b])=>x*(u-l[0])+b*(g-l[1])),d=(u,g)=>{let[x,b]=p(u,g);return h+(o[0]*x*x+o[1]*b*b)/2};return{centre:l,minimum:t.minimum+h,floor:h,curvatures:o,directions:n,excess:d,cost:(u,g)=>t.minimum+d(u,g),gradient:(u,g)=>{let[x,b]=p(u,g);return[0,1].map(w=>o[0]*x*n[0][w]+o[1]*b*n[1][w])}}}var eo={ArrowLeft:[-1,0],ArrowRight:[1,0],ArrowUp:[0,1],ArrowDown:[0,-1]},no=15;function ot(t){let e=y("g",{class:`handle ${t.shape??""}`,tabindex:0,role:"slider","aria-label":t.label,"aria-valuenow":0},y("circle",{class:"reach",r:no}),O(t.mark??"circle")),n=!1,r=(s,o)=>{s.preventDefault(),t.drag(t.pointer(s),o)};e.addEventListener("pointerdown",s=>{s.button===0&&(n=!0,e.setPointerCapture(s.pointerId),e.focus({preventScroll:!0}),s.stopPropagation(),r(s,!0))}),e.addEventListener("pointermove",s=>n&&r(s,!1));for(let s of["pointerup","pointercancel"])e.addEventListener(s,()=>n=!1);return e.addEventListener("keydown",s=>{let o=eo[s.key];if(o)t.nudge(o,s.shiftKey?10:1);else if(t.remove&&(s.key==="Delete"||s.key==="Backspace"))t.remove();else return;s.preventDefault(),s.stopPropagation()}),e}function at(t,e,n,r,s){v(t,{transform:`translate(${e.toFixed(2)},${n.toFixed(2)})`,"aria-valuenow":r,"aria-valuetext":s})}function et(t){return Number(t.toPrecision(5))}function O(t,e=6){return t==="diamond"?y("path",{class:"mark",d:`M0,${-e-1}L${e+1},0L0,${e+1}L${-e-1},0Z`}):t==="cross"?y("path",{class:"cross",d:`M${-e},0H${e}M0,${-e}V${e}`}):t==="square"?y("rect",{class:"mark",x:-e,y:-e,width:2*e,height:2*e}):y("circle",{class:"mark",r:e})}var hn=new WeakMap;function ve(t){let{descent:e}=t,n=hn.get(e);if(!n){let r=pt(ro(e));n={ks:r,places:e.path(r)},hn.set(e,n)}return n}function ro(t){let e=t.iterationsTo(1e-12)??1e9;return Math.max(1,Math.min(e,t.lastFinite,1e9))}function pt(t){let e=[];for(let r=0;r<=Math.min(120,t);r+=1)e.push(r);let n=(t/120)**(1/300);for(let r=120*n;t>120&&r<t;r=Math.max(r*n,r+1))Math.round(r)>e[e.length-1]&&e.push(Math.round(r));return e[e.length-1]<t&&e.push(t),e}function pn(t,e){let{ks:n,places:r}=ve(t),s=[],o=[];for(let c=0;c<n.length&&n[c]<t.shown;c+=1){let[l,h]=e(r[c]),p=`${l.toFixed(1)},${h.toFixed(1)}`;s.push(p),c<60&&o.push(`M${p}h0`)}let[a,i]=e(t.theta);return s.push(`${a.toFixed(1)},${i.toFixed(1)}`),{line:`M${s.join("L")}`,dots:o.join("")}}var Ft=20,ke=1.25,dn=7,Ut=Math.PI/180,Bt=class{constructor(e){let n=j("title");this.floor=y("path",{class:"grid-line"}),this.cells=y("g",{class:"cells"}),this.path=y("path",{class:"way"}),this.ball=y("g",{class:"now"},O("circle",6)),this.bottom=y("g",{class:"optimum"},O("diamond",5)),this.labels={x:y("text",{"text-anchor":"middle"}),y:y("text",{"text-anchor":"middle"}),top:y("text",{"text-anchor":"middle"})},this.svg=y("svg",{class:"picture scene",role:"img","aria-labelledby":n},y("title",{id:n},e),this.floor,this.cells,this.bottom,this.path,this.ball,...Object.values(this.labels)),this.element=m("div",{class:"frame"},this.svg),this.stale=!0,this.width=0}resize(e){let n=Math.max(Math.floor(e),200);return n===this.width?!1:(this.width=n,this.height=Math.round(Math.min(Math.max(n*.72,210),440)),v(this.svg,{viewBox:`0 0 ${this.width} ${this.height}`,height:this.height}),this.stale=!0,!0)}look({turn:e,tilt:n}){let[r,s]=[Math.cos(e*Ut),Math.sin(e*Ut)],[o,a]=[Math.cos(n*Ut),Math.sin(n*Ut)],i=Math.min((this.width-56)/(2*Math.SQRT2),(this.height-44)/(2*Math.SQRT2*a+ke*o)),c=this.height/2+ke*o*i/2;this.depth=(l,h)=>l*s+h*r,this.project=(l,h,p)=>[this.width/2+i*(l*r-h*s),c-i*(p*ke*o+(l*s+h*r)*a)]}surface(e,n,r,s){this.stale=!1,this.look(r);let o=Math.floor(this.width/2/dn)-1;for(let b of["x","y"])k(this.labels[b],Q(s[b],o));let a=b=>(b[0]+b[1])/2,i=b=>(b[1]-b[0])/2;this.unit={x:b=>(b-a(n.x))/i(n.x),y:b=>(b-a(n.y))/i(n.y)};let c=n.x.flatMap(b=>n.y.map(w=>e.excess(b,w)));this.top=Math.max(...c)-e.floor||1,this.lift=(b,w)=>Math.min((e.excess(b,w)-e.floor)/this.top,1);let l=b=>-1+2*b/Ft,h=[];for(let b=0;b<=Ft;b+=1){h.push([]);for(let w=0;w<=Ft;w+=1){let[$,L]=[a(n.x)+l(b)*i(n.x),a(n.y)+l(w)*i(n.y)];h[b].push(this.lift($,L))}}this.mesh(h,l),this.frameOf();let[p,d]=[this.unit.x(e.centre[0]),this.unit.y(e.centre[1])],[u,g]=this.project(this.clamped(p),this.clamped(d),0),x=Math.abs(p)<=1&&Math.abs(d)<=1;v(this.bottom,{transform:`translate(${u.toFixed(1)},${g.toFixed(1)})`,visibility:x?"visible":"hidden"})}mesh(e,n){let r=[];for(let o=0;o<Ft;o+=1)for(let a=0;a<Ft;a+=1){let i=[[o,a],[o+1,a],[o+1,a+1],[o,a+1]];r.push({corners:i,depth:this.depth(n(o+.5),n(a+.5))})}r.sort((o,a)=>a.depth-o.depth);let s=T(this.cells,r.length,()=>y("polygon",{}));r.forEach(({corners:o},a)=>{let i=o.map(([l,h])=>this.project(n(l),n(h),e[l][h]).map(p=>p.toFixed(1)).join(",")),c=o.reduce((l,[h,p])=>l+e[h][p],0)/4;v(s[a],{points:i.join(" "),style:`--depth: ${Math.sqrt(c).toFixed(2)}`})})}frameOf(){let e=[[-1,-1],[1,-1],[1,1],[-1,1]].map(([s,o])=>this.project(s,o,0));v(this.floor,{d:`M${e.map(([s,o])=>`${s.toFixed(1)},${o.toFixed(1)}`).join("L")}Z`});let n=(s,o)=>this.depth(...s)<this.depth(...o)?s:o,r=(s,[o,a])=>{let[i,c]=this.project(o*1.02,a*1.02,0),l=i>=this.width/2,h=this.width-4-s.textContent.length*dn,p=l?Math.min(Math.max(i+8,this.width/2+6),h):Math.max(Math.min(i-8,this.width/2-6),this.width-h);v(s,{x:p.toFixed(1),y:Math.min(c+18,this.height-4).toFixed(1),"text-anchor":l?"start":"end"})};r(this.labels.x,n([0,-1],[0,1])),r(this.labels.y,n([-1,0],[1,0])),v(this.labels.top,{x:this.width/2,y:13}),k(this.labels.top,`J up to ${f(this.top,3)} above its least`)}way(e,n,r){let{ks:s,places:o}=ve(e),a=l=>{let[h,p]=[this.unit.x(l[n]),this.unit.y(l[r])].map(this.clamped);return this.project(h,p,this.lift(l[n],l[r])).map(d=>d.toFixed(1))},i=[];for(let l=0;l<s.length&&s[l]<e.shown;l+=1)i.push(a(o[l]).join(","));let c=a(e.theta).join(",");v(this.path,{d:`M${[...i,c].join("L")}`}),v(this.ball,{transform:`translate(${c})`})}clamped(e){return Math.max(-1,Math.min(1,e))}};function dt([t,e],[n,r]){let s=e-t||1;return{at:o=>$e(n+(o-t)/s*(r-n)),back:o=>t+(o-n)/(r-n)*s,domain:[t,e],log:!1}}function Me([t,e],[n,r]){let s=Math.log10(t),o=Math.log10(e)-s||1;return{at:a=>a>0?$e(n+(Math.log10(a)-s)/o*(r-n)):$e(n-Math.sign(r-n)*1e5),back:a=>10**(s+(a-n)/(r-n)*o),domain:[t,e],log:!0}}function $e(t){return Math.max(-1e5,Math.min(1e5,t))}function Ae([t,e],n,r=!1){let s=e-t;if(!(s>0)||!Number.isFinite(s))return[t];let o=10**Math.floor(Math.log10(s/n)),a=[1,2,2.5,5,10].map(c=>c*o).find(c=>s/c<=n)??10*o;r&&(a=Math.max(1,Math.round(a)));let i=[];for(let c=Math.ceil(t/a-1e-9);c*a<=e+1e-9*s;c+=1)i.push(Number((c*a).toPrecision(12)));return i}function un([t,e],n){let r=Math.ceil(Math.log10(t)-1e-9),s=Math.floor(Math.log10(e)+1e-9);if(s-r<1)return Ae([t,e],n).filter(i=>i>0);let o=Math.max(1,Math.ceil((s-r+1)/n)),a=[];for(let i=Math.ceil(r/o)*o;i<=s;i+=o)a.push(10**i);return a}function B(t,e=.08){let n=1/0,r=-1/0;for(let a of t)Number.isFinite(a)&&(n=Math.min(n,a),r=Math.max(r,a));if(n>r)return[-1,1];let s=r-n,o=s>1e-12*Math.max(Math.abs(n),Math.abs(r))?e*s:.1*Math.abs(n)||1;return[n-o,r+o]}var so=12,oo=.3,ao=2.5,mn=3;function St(t,e,n){let r=[];for(let o=0;o<=Math.min(so,t.descent.lastFinite);o+=1)r.push(t.descent.at(o));let{centre:s}=U(t.plain,e,n,{others:t.others,at:t.start});return{x:fn(t,e,r,s[0]),y:fn(t,n,r,s[1])}}function fn(t,e,n,r){let s=t.descent.limit[e],o=t.start[e],a=Math.abs(o-s)||co(t,e),i=[...n.map(d=>d[e]),r].map(d=>Math.max(Math.min(d,s+mn*a),s-mn*a)),[c,l]=B([o,s,...i],0),h=Math.max(l-s,s-c,.4*a)*1.3,p=Math.min(Math.max(h,oo*io(t,e)),ao*h);return[s-p,s+p]}function io(t,e){let{curvatures:n,vectors:r,still:s}=t.plain.modes,o=r.reduce((i,c,l)=>i+c[e]**2/n[l].hi,0);return s.some(i=>Math.abs(i[e])>1e-9)?1/0:Math.sqrt(2*t.plain.excess(t.start)*o)}function co(t,e){let n=t.plain.H[e][e],{state:r}=t.data,s=r.mean.length-1,o=r.centred[s][s]+r.mean[s]*r.mean[s];return n>0&&o>0?Math.sqrt(o/n):Math.abs(t.descent.limit[e])||1}function Tt([t,e],n){let r=(t+e)/2,s=(e-t)/2,o=Math.abs(n-r);if(!(o>s))return[t,e];let a=2**Math.ceil(Math.log2(o*1.05/s));return[r-s*a,r+s*a]}function ut(t,e,n){return t&&(n||gn(t.x,e.x)&&gn(t.y,e.y))?t:e}function gn([t,e],[n,r]){let s=.06*(r-n);return t<=n+s&&e>=r-s&&e-t<2.5*(r-n)}var lo="Drag it, or use the sliders, to see it from elsewhere.",ho=[-180,180],Ee=[8,80];function po(t){let e=new Bt("The cost over two parameters as a bowl, with the way of descent on it"),n=xn("Turn",ho,o=>t.update({camera:{...t.get().camera,turn:o}})),r=xn("Tilt",Ee,o=>t.update({camera:{...t.get().camera,tilt:o}}));uo(e.svg,t);let s={};return{frame:e,options:m("div",{class:"options"},n.element,r.element),missing:o=>o.problem.k<2?"One parameter has no bowl: see the slice of the cost.":"",draw(o){n.show(o.camera.turn),r.show(o.camera.tilt);let[a,i]=o.pair,c=o.problem.k>2&&o.others==="held",l=["descent","pair","others","camera"].every(h=>s[h]===o[h]);if(!l||e.stale||c&&s.k!==o.shown){let h=l?s.area:St(o,a,i),p=U(o.plain,a,i,{others:o.others,at:o.theta});s={descent:o.descent,pair:o.pair,others:o.others,camera:o.camera,k:o.shown,area:h};let d=N(o.data.state);e.surface(p,h,o.camera,{x:d[a],y:d[i]})}e.way(o,a,i)},caption:o=>`J over ${o.pair.map(a=>Z(o.data.state,a)).join(" and ")}, with the way so far. ${lo}`,numbers:o=>[["J",f(o.cost)],["J*",f(o.plain.minimum)],["J \u2212 J*",f(o.gap)]],table(o){let[a,i]=o.pair,c=St(o,a,i),l=U(o.plain,a,i,{others:o.others,at:o.theta}),h=([d,u])=>Array.from({length:7},(g,x)=>d+x/6*(u-d)),p=N(o.data.state);return{columns:[`${p[i]} \\ ${p[a]}`,...h(c.x).map(d=>f(d,3))],rows:h(c.y).reverse().map(d=>[f(d,3),...h(c.x).map(u=>f(l.cost(u,d),4))])}}}}function xn(t,[e,n],r){let s=m("input",{type:"range",min:e,max:n,step:1,oninput:()=>r(Number(s.value))});return{element:m("label",{class:"field angle"},m("span",{},t),s),show(a){s.value!==String(a)&&(s.value=a),v(s,{"aria-valuetext":`${Math.round(a)}\xB0`})}}}function uo(t,e){let n=null;t.addEventListener("pointerdown",r=>{r.button===0&&(t.setPointerCapture(r.pointerId),n={x:r.clientX,y:r.clientY,camera:e.get().camera})}),t.addEventListener("pointermove",r=>{if(!n)return;let s=n.camera.turn-(r.clientX-n.x)*.6,o=n.camera.tilt+(r.clientY-n.y)*.4;e.update({camera:{turn:Math.round((s+540)%360-180),tilt:Math.round(Math.max(Ee[0],Math.min(Ee[1],o)))}})});for(let r of["pointerup","pointercancel"])t.addEventListener(r,()=>n=null)}var bn={id:"bowl",title:"The bowl",create:po};var yn=26,mo=14,wn=42,Gt=6.7,vn=8,z=class{constructor({title:e,ratio:n=.72,handles:r=!1}){this.ratio=n,this.width=360,this.height=260;let s=j("clip"),o=j("title");this.name=y("title",{id:o},e),this.clip=y("rect",{}),this.grid=y("g",{class:"grid","aria-hidden":"true"}),this.xTicks=y("g",{class:"ticks"}),this.yTicks=y("g",{class:"ticks"}),this.base=y("path",{class:"axis"}),this.xLabel=y("text",{class:"label","text-anchor":"end"}),this.yLabel=y("text",{class:"label","text-anchor":"start"}),this.plot=y("g",{"clip-path":`url(#${s})`}),this.over=y("g",{}),this.svg=y("svg",{class:"picture",role:r?"group":"img","aria-labelledby":o},this.name,y("defs",{},y("clipPath",{id:s},this.clip)),this.grid,this.base,this.xTicks,this.yTicks,this.xLabel,this.yLabel,this.plot,this.over),this.element=m("div",{class:"frame"},this.svg),this.axes=null,this.stale=!0}resize(e){let n=Math.max(Math.floor(e),200);return n===this.width&&!this.stale?!1:(this.width=n,this.height=Math.round(Math.min(Math.max(n*this.ratio,210),440)),v(this.svg,{viewBox:`0 0 ${this.width} ${this.height}`,height:this.height}),this.stale=!0,!0)}lay(e,n){if(!this.stale&&this.axes&&fo(this.axes,e)&&this.labels.x===n.x&&this.labels.y===n.y)return!1;this.axes=e,this.labels=n,this.stale=!1;let s=this.ticksOf(e.y,e.yLog,Math.max(3,Math.round((this.height-yn-wn)/42)),!1),o=s.map(i=>Vt(i,e.yLog));this.left=10+vn+Gt*Math.max(2,...o.map(i=>i.length)),this.right=this.width-mo,this.top=yn,this.bottom=this.height-wn,this.x=(e.xLog?Me:dt)(e.x,[this.left,this.right]),this.y=(e.yLog?Me:dt)(e.y,[this.bottom,this.top]);let a=this.spaced(e);return this.paint(a,s,o),!0}spaced(e){for(let n=Math.max(2,Math.round((this.right-this.left)/62));n>1;n-=1){let r=this.ticksOf(e.x,e.xLog,n,e.xWhole),s=Math.max(...r.map(a=>Vt(a,e.xLog).length))*Gt+12;if((r.length>1?Math.abs(this.x.at(r[1])-this.x.at(r[0])):1/0)>=s)return r}return this.ticksOf(e.x,e.xLog,1,e.xWhole).slice(0,2)}ticksOf(e,n,r,s){return n?un(e,r):Ae(e,r,s)}paint(e,n,r){let{left:s,right:o,top:a,bottom:i}=this;v(this.clip,{x:s,y:a,width:o-s,height:i-a}),v(this.base,{d:`M${s},${a}V${i}H${o}`});let c=[...e.map(l=>`M${this.x.at(l)},${a}V${i}`),...n.map(l=>`M${s},${this.y.at(l)}H${o}`)];v(T(this.grid,1,()=>y("path",{}))[0],{d:c.join("")}),T(this.xTicks,e.length,()=>y("text",{"text-anchor":"middle"})).forEach((l,h)=>{let p=Vt(e[h],this.axes.xLog).length*Gt/2;v(l,{x:Math.min(this.x.at(e[h]),this.width-p-1),y:i+16}),k(l,Vt(e[h],this.axes.xLog))}),T(this.yTicks,n.length,()=>y("text",{"text-anchor":"end"})).forEach((l,h)=>{v(l,{x:s-vn,y:this.y.at(n[h])+4}),k(l,r[h])}),v(this.xLabel,{x:o,y:this.height-7}),k(this.xLabel,kn(this.labels.x,o-10)),v(this.yLabel,{x:8,y:14}),k(this.yLabel,kn(this.labels.y,this.width-16))}pointer(e){let n=this.svg.getBoundingClientRect(),r=n.width?this.width/n.width:1;return[(e.clientX-n.left)*r,(e.clientY-n.top)*r]}};function Vt(t,e){let n=f(t,e?3:6);return e&&n.startsWith("1\xD7")?n.slice(2):n}function fo(t,e){return t.x[0]===e.x[0]&&t.x[1]===e.x[1]&&t.y[0]===e.y[0]&&t.y[1]===e.y[1]&&t.xLog===e.xLog&&t.yLog===e.yLog&&t.xWhole===e.xWhole}function kn(t,e){let n=Math.floor(e/Gt);return t.length<=n?t:`${t.slice(0,Math.max(n-1,1))}\u2026`}function G(t){return m("ul",{class:"legend"},...t.map(({mark:e,line:n,shape:r,text:s})=>m("li",{},y("svg",{class:`key ${r}`,viewBox:"0 0 22 14",width:22,height:14,"aria-hidden":"true"},n&&y("path",{class:n,d:"M1,7H21"}),e&&y("g",{transform:"translate(11,7)",class:r},O(e,4))),s)))}function Zt(t,{kind:e,center:n,axes:r,angle:s}){let[o,a]=[t.x.at(n[0]),t.y.at(n[1])];if(e==="none"||e==="plane")return{d:"",width:0,near:()=>[o,a]};let[i,c]=go(t,r,s),l=[-Math.sin(i.angle)*c.length,Math.cos(i.angle)*c.length],h=bo(o,a,i,l);if(!(i.length<3e4))return{d:xo(o,a,i,l),width:c.length,near:h};let p=i.angle*180/Math.PI,[d,u]=[Math.cos(i.angle)*i.length,Math.sin(i.angle)*i.length],[g,x]=[i.length.toFixed(2),c.length.toFixed(2)],b=($,L)=>`A${g},${x},${p.toFixed(3)},0,1,${$.toFixed(2)},${L.toFixed(2)}`;return{d:`M${(o-d).toFixed(2)},${(a-u).toFixed(2)}${b(o+d,a+u)}${b(o-d,a-u)}Z`,width:c.length,near:h}}function go(t,[e,n],r){let s=$n(t.x),o=$n(t.y),i=Math.min(n??1/0,10*3e4/Math.hypot(s*Math.cos(r),o*Math.sin(r))),c=[s*i*Math.cos(r),o*i*Math.sin(r)],l=[-s*e*Math.sin(r),o*e*Math.cos(r)],h=Math.atan2(2*(c[0]*l[0]+c[1]*l[1]),c[0]**2+c[1]**2-l[0]**2-l[1]**2)/2,p=[0,1].map(u=>Math.cos(h)*c[u]+Math.sin(h)*l[u]),d=[0,1].map(u=>Math.cos(h)*l[u]-Math.sin(h)*c[u]);return[p,d].map(([u,g])=>({length:Math.hypot(u,g),angle:Math.atan2(g,u)}))}function $n(t){let[e,n]=t.domain;return(t.at(n)-t.at(e))/(n-e)}function xo(t,e,n,[r,s]){let[o,a]=[Math.cos(n.angle)*3e4,Math.sin(n.angle)*3e4];return[1,-1].map(c=>{let[l,h]=[t+c*r,e+c*s];return`M${(l-o).toFixed(1)},${(h-a).toFixed(1)}L${(l+o).toFixed(1)},${(h+a).toFixed(1)}`}).join("")}function bo(t,e,n,[r,s]){let o=Math.sin(n.angle)>0?-1:1;return(a,i)=>{let c=a[0]*r+a[1]*s<0?-1:1,l=Math.min(i/n.length,.95),h=Math.sqrt(1-l*l)*c,p=o*l*n.length;return[t+h*r+p*Math.cos(n.angle),e+h*s+p*Math.sin(n.angle)]}}var yo=9,wo=56,vo=14,ko=.01,$o=[0,1,2,3,5,10,20,50,100,1e3,1e4,1e5,1e6,1e7,1e8,1e9],Mo=[["held","held"],["reoptimised","re-optimised"]],Ao="One parameter has no plane: see the slice of the cost.";function Eo(t,e){let n=new z({title:"Contours of the cost over two parameters",handles:!0}),r=Fo(n),s=ot(So(n,t,e));n.over.append(s);let o=To(t),a=G([{mark:"circle",shape:"here",text:"now"},{mark:"square",shape:"first",text:"start"},{mark:"diamond",shape:"optimum",text:"optimum"},{mark:"cross",shape:"",text:"lowest in this plane"}]),i=null;return{frame:n,legend:a,options:o.element,missing:c=>c.problem.k<2?Ao:"",draw(c){let l=N(c.data.state),[h,p]=c.pair;o.show(c,l),a.children[3].hidden=l.length<=2,i=Ro(c,h,p,i,e.held());let d={x:Tt(i.window.x,c.theta[h]),y:Tt(i.window.y,c.theta[p])};n.lay(d,{x:l[h],y:l[p]});let u=w=>[n.x.at(w[h]),n.y.at(w[p])];Lo(n,r,c,u);let[g,x]=u(c.theta),b=[h,p].map(w=>`${l[w]} = ${f(c.theta[w])}`).join(", ");at(s,g,x,c.theta[h],`${b}, J = ${f(c.cost)}`)},caption:qo,numbers:c=>[...c.pair.map(l=>[Z(c.data.state,l),f(c.theta[l],7)]),["J",f(c.cost)],["\u2016\u2207J\u2016",f(c.steepness)]],table:Oo}}function Fo(t){let e={rings:y("g",{class:"rings"}),labels:y("g",{class:"levels"}),lowest:O("cross"),line:y("path",{class:"way"}),dots:y("path",{class:"way-dots"}),first:y("g",{class:"first"},O("square",4.5)),optimum:y("g",{class:"optimum"},O("diamond",6))};return t.plot.append(...Object.values(e)),e}function So(t,e,n){return{label:"The current parameters",shape:"here",pointer:r=>t.pointer(r),drag:([r,s])=>{let[o,a]=[Mn(r,t.left,t.right),Mn(s,t.top,t.bottom)];An(e,n,t.x.back(o),t.y.back(a))},nudge([r,s],o){let a=e.get(),[i,c]=a.pair,l=([h,p])=>o*ko*(p-h);An(e,n,a.theta[i]+r*l(t.axes.x),a.theta[c]+s*l(t.axes.y))}}}function To(t){let e=["Across","Up"].map((r,s)=>P(r,[],o=>{let a=[...t.get().pair];a[1-s]===Number(o)&&(a[1-s]=a[s]),a[s]=Number(o),t.update({pair:a})})),n=P("Others",Mo,r=>t.update({others:r}));return{element:m("div",{class:"options"},...e.map(r=>r.element),n.element),show(r,s){let o=s.length>2&&s.map((a,i)=>[String(i),a]);e.forEach((a,i)=>a.show(o,String(r.pair[i]))),n.show(s.length>2&&void 0,r.others)}}}function Lo(t,e,n,r){let[s,o]=n.pair,a=U(n.plain,s,o,{others:n.others,at:n.theta}),i=No(r(n.start),r(n.descent.limit));Po(t,a,Co(n,a,t),{...e,away:i});let c=pn(n,r);v(e.line,{d:c.line}),v(e.dots,{d:c.dots});let l=(h,[p,d])=>v(h,{transform:`translate(${p.toFixed(1)},${d.toFixed(1)})`});l(e.first,r(n.start)),l(e.optimum,r(n.descent.limit)),l(e.lowest,[t.x.at(a.centre[0]),t.y.at(a.centre[1])]),v(e.lowest,{visibility:n.problem.k>2?"visible":"hidden"})}function Oo(t){let e=N(t.data.state),n=$o.filter(r=>r<=t.descent.lastFinite);return{columns:["k",...t.pair.map(r=>e[r]),"J"],rows:n.map(r=>{let s=t.descent.at(r);return[M(r),...t.pair.map(o=>f(s[o],7)),f(t.descent.costAt(r),7)]})}}function No([t,e],[n,r]){return[n-t,r-e]}function Mn(t,e,n){return Math.max(e,Math.min(n,t))}function An(t,e,n,r){let s=t.get(),o=Float64Array.from(s.theta),[a,i]=s.pair;o[a]=et(n),o[i]=et(r),e.moveTo(o)}function Ro(t,e,n,r,s){if(r&&r.descent===t.descent&&r.i===e&&r.j===n&&r.held===s)return r;let o=St(t,e,n),a=r&&r.i===e&&r.j===n&&r.names===t.data.state.names?r.window:void 0;return{descent:t.descent,i:e,j:n,held:s,names:t.data.state.names,window:ut(a,o,s)}}function Co(t,e,n){let{x:r,y:s}=n.axes,o=r.flatMap(a=>s.map(i=>e.excess(a,i)));return jt(e,Math.max(...o),{count:yo})}function Po(t,e,n,{rings:r,labels:s,away:o}){let a=T(r,n.length,()=>y("path",{})),i=T(s,Math.ceil(n.length/2),()=>y("text",{"text-anchor":"middle"})),c=null;n.forEach((l,h)=>{let{d:p,width:d,near:u}=Zt(t,Jt(e,l));if(v(a[h],{d:p,style:`--depth: ${(h/n.length).toFixed(3)}`}),h%2)return;let g=i[h/2],[x,b]=u(o,wo),w=f(e.minimum+l-e.floor,3),$=w.length*3.2+2,L=!c||Math.abs(b-c.y)>14||Math.abs(x-c.x)>$+c.half,S=x>t.left+$&&x<t.right-$&&b>t.top+10&&b<t.bottom-10,I=p!==""&&L&&S&&d>vo;v(g,{x:x.toFixed(1),y:(b+4).toFixed(1),visibility:I?"visible":"hidden"}),I&&(k(g,w),c={x,y:b,half:$})})}function qo(t){let e=N(t.data.state),r=t.problem.rank<t.problem.k?" Where valleys have no end, infinitely many parameters fit equally well.":"";if(e.length===2)return`Each ellipse joins parameters of one cost. Drag the point to start elsewhere.${r}`;let s=e.length-2,[o,a]=s===1?["is held where it is now","takes its best value for each point"]:["are held where they are now","take their best values for each point"],i=t.others==="held"?o:a;return`${t.pair.map(c=>e[c]).join(" and ")}; the other ${M(s)} ${i}.${r}`}var En={id:"contours",title:"Contours of the cost",create:Eo};var Io=100,zo=1e-14;function Do(t){let e=new z({title:"Cost against iteration",handles:!1}),n=y("path",{class:"line best"}),r=y("path",{class:"curve ahead"}),s=y("path",{class:"curve"}),o=y("g",{class:"now"},O("circle",5));e.plot.append(n,r,s),e.over.append(o),e.svg.addEventListener("click",l=>{let[h,p]=e.pointer(l);h<e.left||h>e.right||p<e.top||p>e.bottom||t.update({k:Math.max(0,Math.round(e.x.back(h))),playing:!1})});let a=P("Iterations",[["first","first 100"],["whole","whole run"],["log","logarithmic"]],l=>t.update({span:l})),i=P("Cost",[["log","logarithmic"],["linear","linear"]],l=>t.update({costs:l})),c={};return{frame:e,legend:G([{line:"curve",shape:"",text:"so far"},{line:"curve ahead",shape:"",text:"ahead"},{mark:"circle",shape:"now",text:"now"}]),options:m("div",{class:"options"},i.element,a.element),draw(l){i.show(void 0,l.costs),a.show(void 0,l.span);let h=l.costs==="log"&&l.descent.gapAt(0)>0,p=Fn(l);(c.descent!==l.descent||c.end!==p||c.log!==h||c.span!==l.span)&&(c={descent:l.descent,end:p,log:h,span:l.span,points:_o(l,p,h)},e.stale=!0),e.lay(Wo(l,c),{x:"iteration k",y:h?"J \u2212 J*, logarithmic":"J"})&&(v(r,{d:Sn(e,c.points,1/0)}),v(n,{d:h?"":`M${e.left},${e.y.at(l.problem.minimum)}H${e.right}`}));let u=h?l.gap:l.cost,g=e.y.at(Math.max(u,h?e.axes.y[0]:-1/0)),x=Math.max(l.shown,l.span==="log"?1:0);v(s,{d:`${Sn(e,c.points,l.shown)}`}),v(o,{transform:`translate(${e.x.at(x).toFixed(2)},${g.toFixed(2)})`})},caption(l){let h=l.arrival;return h===null?"At this rate the cost never comes near its least.":`${l.costs==="log"?"On a log scale J \u2212 J* falls along a straight line once one mode is left.":"J, with its least value dashed."} It is a millionth of its first size after ${M(h)} steps.`},numbers(l){return[["k",M(l.shown)],["J",f(l.cost)],["J \u2212 J*",f(l.gap)]]},table(l){let h=pt(Fn(l)).filter((p,d,u)=>p<=10||d%Math.ceil(u.length/40)===0||d===u.length-1);return{columns:["k","J","J \u2212 J*"],rows:h.map(p=>[M(p),f(l.descent.costAt(p),7),f(l.descent.gapAt(p),7)])}}}}function Fn(t){let{descent:e}=t;if(t.span==="first")return Math.min(Io,e.lastFinite);let n=t.arrival??(e.status==="diverges"?40:1e3),r=Math.max(n,10);return Math.max(1,Math.min(t.shown>r?Ho(t.shown):r,e.lastFinite))}function Ho(t){let e=10**Math.floor(Math.log10(t));return[2,5,10].map(n=>n*e).find(n=>n>t)??t}function _o(t,e,n){let r=n?s=>t.descent.gapAt(s):s=>t.descent.costAt(s);return pt(e).map(s=>[s,r(s)])}function Wo(t,{end:e,log:n,points:r}){let s=r.map(([,c])=>c),o=s.reduce((c,l)=>Math.max(c,l),0),a=t.span==="log"?[1,Math.max(e,10)]:[0,e];if(!n)return{x:a,y:[Math.min(0,t.problem.minimum),o*1.06||1],xLog:t.span==="log",xWhole:!0};let i=s.reduce((c,l)=>l>0?Math.min(c,l):c,o);return{x:a,y:[Math.max(i,zo*t.descent.gapAt(0))/2,o*2],xLog:t.span==="log",yLog:!0,xWhole:!0}}function Sn(t,e,n){let r=[];for(let[s,o]of e){if(s>n)break;let a=t.axes.xLog?Math.max(s,t.axes.x[0]):s;r.push(`${t.x.at(a).toFixed(1)},${t.y.at(o).toFixed(1)}`)}return r.length?`M${r.join("L")}`:""}var Tn={id:"curve",title:"Learning curve",create:Do};function Ln(t,e,n){let r=e.fromUser(n),s=e.excess(r),o=e.minimum+s,a=e.gradient(r),{curvatures:i}=e.modes,c=Jo(t);return{cost:o,gap:s,rmse:Math.sqrt(2*o),r2:c>0?1-2*o/c:null,gradient:a,gradientNorm:Math.sqrt(F(a,a)),least:i[0].hi,most:i[i.length-1].hi,condition:e.condition,rows:t.rows,weight:t.weight,parameters:e.k,rank:e.rank}}function Jo(t){let e=t.names.length,n=t.centred[e][e];return t.intercept?n:n+t.mean[e]**2}function Lt(t,e,n){let r=new Float64Array(t.y.length).fill(n?e[0]:0);return t.x.forEach((s,o)=>{let a=e[o+(n?1:0)];for(let i=0;i<r.length;i+=1)r[i]+=a*s[i]}),{fitted:r,residuals:r.map((s,o)=>t.y[o]-s)}}function Yt(t,e,n,r){let s=new Array(n.length);for(let o=0;o<n.length;o+=1)s[o]=`M${t.at(n[o]).toFixed(1)},${e.at(r[o]).toFixed(1)}h0`;return s.join("")}function Kt(t,e,n,r,s,o=1/0){let a=Math.min(n.length,o),i=new Array(a);for(let c=0;c<a;c+=1)i[c]=`M${t.at(n[c]).toFixed(1)},${e.at(r[c]).toFixed(1)}V${e.at(s(c)).toFixed(1)}`;return i.join("")}function On(t,e,n,r,s,o=1/0){let a=Math.min(n.length,o),i=new Array(a);for(let c=0;c<a;c+=1){let l=t.at(n[c]),h=e.at(r[c]),p=e.at(s(c))-h;i[c]=`M${l.toFixed(1)},${h.toFixed(1)}v${p.toFixed(1)}h${Math.abs(p).toFixed(1)}v${(-p).toFixed(1)}z`}return i.join("")}function mt(t,e,{mean:n,xx:r,xy:s,yy:o},a){let i=Math.sqrt(Math.max(r,0)),c=i>0?s/i:0,l=Math.sqrt(Math.max(o-c*c,0)),h=[];for(let p=0;p<96;p+=1){let d=2*Math.PI*p/96,u=a*Math.cos(d),g=a*Math.sin(d);h.push(`${t.at(n[0]+i*u).toFixed(1)},${e.at(n[1]+c*u+l*g).toFixed(1)}`)}return`M${h.join("L")}Z`}function nt(t,e,n){let r=t.intercept?1:0,s=e[r+n],o=t.intercept?e[0]:0;for(let a=0;a<t.names.length;a+=1)a!==n&&(o+=e[r+a]*t.mean[a]);return{slope:s,level:o,at:a=>o+s*a}}function Fe(t,e,n,r){let s=t.intercept?1:0,o=Float64Array.from(e.y);for(let a=0;a<t.names.length;a+=1){let i=n[s+a];if(a===r||i===0)continue;let c=e.x[a],l=t.mean[a];for(let h=0;h<o.length;h+=1)o[h]-=i*(c[h]-l)}return o}function ft(t,e,n){let r=t.mean.length,s={mean:[0,0],xx:0,xy:0,yy:0};for(let o=0;o<r;o+=1){s.mean[0]+=e[o]*t.mean[o],s.mean[1]+=n[o]*t.mean[o];for(let a=0;a<r;a+=1){let i=t.centred[o][a];s.xx+=e[o]*e[a]*i,s.xy+=e[o]*n[a]*i,s.yy+=n[o]*n[a]*i}}return s}function Xt(t,e,n){let r=t.intercept?1:0,s=t.mean.length,o=new Float64Array(s),a=new Float64Array(s);o[n]=1,a[s-1]=1;for(let i=0;i<s-1;i+=1)i!==n&&(a[i]=-e[r+i]);return[o,a]}function Nn(t,e){let n=t.intercept?1:0,r=t.mean.length,s=new Float64Array(r),o=new Float64Array(r);for(let a=0;a<r-1;a+=1)s[a]=e[n+a];return o[r-1]=1,[s,o]}var qn=60,In=.01,Rn=.025,jo=600,Uo=[["sticks","sticks"],["squares","squares"],["none","hidden"]],Bo="one and two standard deviations wide",Vo=.16;function Go(t,e){let n=new z({title:"Rows, and the line of the current parameters",handles:!0}),r=Zo(n,t,e),s=Yo(n,t,e),o=G([{line:"line",shape:"",text:"now"},{line:"line best",shape:"",text:"optimum"},{mark:"circle",shape:"row",text:"row"},{line:"residuals",shape:"",text:"residual"}]),a=null;return{frame:n,legend:o,options:s.element,missing:i=>i.data.state.names.length?"":"A mean alone has no feature to draw the rows against.",draw(i){let{state:c,sample:l}=i.data,h=Ot(i);s.show(i,h),o.children[2].hidden=l===null,o.children[3].hidden=l===null||i.residuals==="none",a=ta(i,h,a,e.held());let p=c.names.length>1?", others at their means":"";n.lay(a.axes,{x:c.names[h],y:`${c.target}${p}`});let d=nt(c,i.theta,h);Ko(n,r,i,d,h),Xo(n,r,i,d,h),Qo(n,r,i,e.editable(i)&&l.y.length<=qn)},caption:i=>`${aa(i)}${oa(n,i)?" The line is out of the picture.":""}`,numbers(i){let c=Ot(i),{r2:l,rmse:h}=e.statistics(i);return[[Ye(i.data.state,c),f(nt(i.data.state,i.theta,c).slope,7)],...i.data.state.intercept?[["b",f(i.theta[0],7)]]:[],["R\xB2",f(l)],["RMSE",f(h)]]},table:ia}}function Ot(t){return Math.min(t.feature,t.data.state.names.length-1)}function Zo(t,e,n){let r=o=>y("path",{class:o}),s={residuals:r("residuals"),ellipses:r("spread"),dots:r("dots"),best:r("line best"),line:r("line"),body:r("line-body"),rows:y("g",{}),ends:[0,1].map(o=>ot(na(e,n,t,o))),grip:o=>ot(sa(e,n,t,o))};return t.plot.append(s.residuals,s.ellipses,s.dots,s.best,s.line,s.body),t.over.append(s.rows,y("g",{},...s.ends)),ra(s.body,e,n,t),s}function Yo(t,e,n){let r=P("Along the axis",[],i=>e.update({feature:Number(i)})),s=P("Residuals",Uo,i=>e.update({residuals:i})),o=!1,a=Ke("Add points",i=>{o=i,t.svg.classList.toggle("adding",i)});return t.svg.addEventListener("click",i=>{let[c,l]=t.pointer(i);!o||c<t.left||c>t.right||l<t.top||l>t.bottom||n.addRow([gt(t.x.back(c),t.axes.x)],gt(t.y.back(l),t.axes.y))}),{element:m("div",{class:"options"},r.element,s.element,a.element),show(i,c){let{state:l,sample:h}=i.data;r.show(l.names.length>1&&l.names.map((p,d)=>[String(d),p]),String(c)),s.show(h!==null&&void 0,i.residuals),a.element.hidden=!n.editable(i),a.element.hidden&&o&&a.press(!1)}}}function Ko(t,{line:e,body:n,best:r,ends:s},o,a,i){let c=Cn(t,a);v(e,{d:c}),v(n,{d:c}),v(r,{d:Cn(t,nt(o.data.state,o.descent.limit,i))}),ea(s,t,a,o)}function Xo({x:t,y:e},{residuals:n,dots:r,ellipses:s},o,a,i){let{state:c,sample:l}=o.data;if(!l){let u=ft(c,...Xt(c,o.theta,i));v(s,{d:mt(t,e,u,1)+mt(t,e,u,2)});for(let g of[n,r])v(g,{d:""});return}let[h,p]=[l.x[i],Fe(c,l,o.theta,i)],d=o.residuals==="squares"?On:Kt;v(s,{d:""}),v(n,{class:`residuals ${o.residuals}${p.length>qn?" many":""}`,d:o.residuals==="none"?"":d(t,e,h,p,u=>a.at(h[u]),400)}),v(r,{d:Yt(t,e,h,p),class:p.length>jo?"dots many":"dots"})}function Qo({x:t,y:e},{rows:n,grip:r},s,o){let{state:a,sample:i}=s.data;T(n,o?i.y.length:0,r).forEach((c,l)=>{let[h,p]=[i.x[0][l],i.y[l]],d=`${a.names[0]} ${f(h)}, ${a.target} ${f(p)}`;at(c,t.at(h),e.at(p),p,d)})}function ta(t,e,n,r){let{state:s,sample:o}=t.data;if(n&&n.data===t.data&&n.j===e&&n.start===t.start&&n.held===r)return n;let a=ft(s,...Xt(s,t.descent.limit,e)),i=[2.2*Math.sqrt(a.xx),2.2*Math.sqrt(a.yy)],c=o?B(o.x[e],Vo):B([a.mean[0]-i[0],a.mean[0]+i[0]]),l=$=>[$-i[1],$+i[1]],h=$=>o?Fe(s,o,$,e):l(ft(s,...Xt(s,$,e)).mean[1]),[p,d]=B([...h(t.descent.limit),...h(t.start)],0),u=2*(d-p),g=nt(s,t.start,e),x=c.map($=>Math.min(Math.max(g.at($),p-u),d+u)),b={x:c,y:B([p,d,...x])},w=n&&n.j===e&&n.names===s.names?n.axes:void 0;return{data:t.data,names:s.names,j:e,start:t.start,held:r,axes:ut(w,b,r)}}function Cn(t,e){let[n,r]=t.axes.x;return`M${t.x.at(n)},${t.y.at(e.at(n)).toFixed(2)}L${t.x.at(r)},${t.y.at(e.at(r)).toFixed(2)}`}function Qt(t,e){let[n,r]=t.axes.x;return n+(e?1-Rn:Rn)*(r-n)}function ea(t,e,n,r){t.forEach((s,o)=>{let a=Qt(e,o),i=Math.min(Math.max(e.y.at(n.at(a)),e.top),e.bottom);at(s,e.x.at(a),i,n.at(a),`${r.data.state.target} ${f(n.at(a))} at ${f(a)}`)})}function Pn(t,e,n,r,s){let o=t.get(),a=Ot(o),{state:i}=o.data,c=nt(i,o.theta,a),l=Qt(n,r),h=Qt(n,1-r),p=Float64Array.from(o.theta),d=i.intercept?1:0;if(i.intercept){let u=(s-c.at(h))/(l-h);p[d+a]=u,p[0]+=c.at(h)-u*h-c.level}else l!==0&&(p[d+a]=(s-c.level)/l);e.moveTo(p.map(et))}function na(t,e,n,r){return{label:r?"Right end of the line":"Left end of the line",shape:"line-end",mark:"square",pointer:s=>n.pointer(s),drag:([,s])=>Pn(t,e,n,r,n.y.back(s)),nudge([s,o],a){let i=t.get(),c=nt(i.data.state,i.theta,Ot(i)),[l,h]=n.axes.y;Pn(t,e,n,r,c.at(Qt(n,r))+(o||s)*a*In*(h-l))}}}function ra(t,e,n,r){let s=null;t.addEventListener("pointerdown",o=>{!e.get().data.state.intercept||o.button!==0||(t.setPointerCapture(o.pointerId),s={y:r.y.back(r.pointer(o)[1]),theta:e.get().theta},o.preventDefault())}),t.addEventListener("pointermove",o=>{if(!s)return;let a=Float64Array.from(s.theta);a[0]+=r.y.back(r.pointer(o)[1])-s.y,n.moveTo(a.map(et))});for(let o of["pointerup","pointercancel"])t.addEventListener(o,()=>s=null)}function sa(t,e,n,r){return{label:`Row ${r+1}`,shape:"row",pointer:s=>n.pointer(s),drag([s,o]){e.moveRow(r,[gt(n.x.back(s),n.axes.x)],gt(n.y.back(o),n.axes.y))},nudge([s,o],a){let{sample:i}=t.get().data,[c,l]=[n.axes.x,n.axes.y],h=In*a;e.moveRow(r,[gt(i.x[0][r]+s*h*(c[1]-c[0]),c)],gt(i.y[r]+o*h*(l[1]-l[0]),l))},remove:()=>e.removeRow(r)}}function gt(t,[e,n]){let r=10**Math.floor(Math.log10((n-e)/500));return Number((Math.round(t/r)*r).toPrecision(12))}function oa(t,e){let n=nt(e.data.state,e.theta,Ot(e)),[r,s]=t.axes.y,o=t.axes.x.map(n.at);return o.every(a=>a<r)||o.every(a=>a>s)}function aa(t){let{state:e,sample:n}=t.data,r=e.names.length>1;if(!n)return`No rows came with this page: the ellipses hold the spread of all ${M(e.rows)} rows, ${Bo}.`;let s=n.complete?"All rows":`${M(n.y.length)} of ${M(e.rows)} rows`,o=t.residuals!=="none"&&n.y.length>400?`, residuals of ${M(400)} of them`:"",a={sticks:"Each stick is a residual.",squares:"J is half the mean area of the squares.",none:""}[t.residuals];return`${s}${o}${r?", each adjusted for its other features":""}. The dashed line is the optimum. ${a}`}function ia(t){let{state:e,sample:n}=t.data;if(!n)return{columns:["column","mean"],rows:[...e.names,e.target].map((o,a)=>[o,f(e.mean[a])])};let{fitted:r,residuals:s}=Lt(n,t.theta,e.intercept);return{columns:["row",...e.names,e.target,"prediction","residual","\xBD residual\xB2"],rows:Array.from(n.y,(o,a)=>[String(n.rows?.[a]??a+1),...n.x.map(i=>f(i[a])),f(o),f(r[a]),f(s[a]),f(s[a]**2/2)])}}var zn={id:"data",title:"Data and line",create:Go};var ca=["A bar between the dashed lines at \xB11 shrinks its error; a negative one swings.","The diamond is what is left after k steps."].join(" "),xt=1.6;function la(){let t=new z({title:"The factor of each eigenmode for one step, and what is left of its error"}),e=y("rect",{class:"zone"}),n=y("path",{class:"axis"}),r=y("path",{class:"line limit"}),s=y("g",{}),o=y("g",{}),a=y("g",{class:"ticks"});return t.plot.append(e,r,s,n,o),t.over.append(a),{frame:t,legend:G([{mark:"square",shape:"glides",text:"shrinks"},{mark:"square",shape:"swings",text:"swings"},{mark:"square",shape:"grows",text:"grows"},{mark:"diamond",shape:"left",text:"left after k steps"}]),draw(i){let{modes:c}=i.descent;t.lay({x:[0,c.length],y:[-xt,xt]},{x:c.length>1?"modes, the slowest first":"the only mode",y:"factor of a step, 1 \u2212 \u03B1\u03BB"})&&(v(t.xTicks,{visibility:"hidden"}),v(e,{x:t.left,width:t.right-t.left,y:t.y.at(1),height:t.y.at(-1)-t.y.at(1)}),v(n,{d:`M${t.left},${t.y.at(0)}H${t.right}`}),v(r,{d:`M${t.left},${t.y.at(1)}H${t.right}M${t.left},${t.y.at(-1)}H${t.right}`})),ha(t,i,c,s,o,a)},caption(i){let c=i.problem.k-i.problem.rank,[l,h]=c===1?["direction has","is"]:["directions have","are"],p=c?` ${M(c)} flat ${l} \u03BB = 0 and ${h} left out: descent never moves there.`:"";return`${ca}${p}`},numbers(i){let{values:c}=i.problem.eigen;return[["\u03BBmin",f(c.find(l=>l>0))],["\u03BBmax",f(c[c.length-1])],["\u03BA",f(i.problem.condition)]]},table(i){return{columns:["mode","\u03BB","factor of a step","share of J \u2212 J* now"],rows:i.descent.modes.map((c,l)=>[String(l+1),f(c.value),V(c.factor),f(c.share)])}}}}function ha(t,e,n,r,s,o){let a=(t.right-t.left)/n.length,i=a>46,c=T(r,n.length,()=>y("rect",{class:"bar"})),l=T(s,n.length,()=>y("g",{class:"left"},O("diamond",4))),h=pa(e,n),p=t.y.at(0);n.forEach((d,u)=>{let g=t.left+(u+.5)*a,x=Math.min(a*.32,26),b=t.y.at(Math.max(-xt,Math.min(xt,d.factor))),w=d.radius<=1;v(c[u],{class:`bar ${w?d.factor<0?"swings":"glides":"grows"}`,x:(g-x).toFixed(1),width:(2*x).toFixed(1),y:Math.min(b,p).toFixed(1),height:Math.max(Math.abs(b-p),1).toFixed(1)});let $=Math.max(-xt,Math.min(xt,h[u]));v(l[u],{transform:`translate(${g.toFixed(1)},${t.y.at($).toFixed(1)})`})}),T(o,i?n.length:0,()=>y("text",{"text-anchor":"middle"})).forEach((d,u)=>{v(d,{x:t.left+(u+.5)*a,y:t.bottom+16}),d.textContent=`\u03BB ${f(n[u].value,3)}`})}function pa(t,e){let n=t.descent.gapsAt(0),r=t.descent.gapsAt(t.shown);return e.map((s,o)=>{let a=n[o]>0?Math.sqrt(r[o]/n[o]):0;return t.momentum===0&&s.factor<0&&t.shown%2?-a:a})}var Dn={id:"modes",title:"Eigenmodes",create:la};var da=["parameter","now","\u2202J/\u2202\u03B8","optimum"],ua="infinitely many parameters fit equally well. Descent finds those nearest to its start, listed here as the optimum";function ma(t,e){let n=m("dl",{class:"numbers all"}),r=m("tr",{},...da.map(a=>m("th",{scope:"col"},a))),s=m("tbody",{}),o=m("div",{class:"table",tabindex:0,role:"region","aria-label":"Parameters"},m("table",{},m("thead",{},r),s));return{element:m("div",{class:"stack"},n,o),draw(a){_t(n,Hn(a,e.statistics(a))),fa(a,s)},caption(a){let{rank:i,k:c}=a.problem,l=a.scale?"; the eigenvalues are those of the standardised features":"";return i===c?`All that is known at iteration ${M(a.shown)}${l}.`:`Rank ${M(i)} of ${M(c)}: ${ua}.`},table:a=>({columns:["figure","value"],rows:Hn(a,e.statistics(a))})}}function Hn(t,e){let{modes:n}=t.problem;return[["k",M(t.shown)],["\u03B1",f(t.rate)],["J",f(t.cost,6)],["J \u2212 J*",f(t.gap,6)],["\u2016\u2207J\u2016",f(t.steepness)],["R\xB2",f(e.r2)],["RMSE",f(e.rmse)],["\u03BBmin",f(n.curvatures[0].hi)],["\u03BBmax",f(n.curvatures.at(-1).hi)],["\u03BA",f(t.problem.condition)],["cost \xD7 a step",V(t.descent.factorPerStep)],["rows m",M(t.data.state.rows)],["rank",`${M(t.problem.rank)} of ${M(t.problem.k)}`]]}function fa(t,e){let n=N(t.data.state),{theta:r,gradient:s}=t,{limit:o}=t.descent,a=T(e,n.length,()=>m("tr",{},m("th",{scope:"row"}),m("td"),m("td"),m("td")));n.forEach((i,c)=>{let l=a[c].children;k(l[0],i),k(l[1],f(r[c],7)),k(l[2],f(s[c])),k(l[3],f(o[c],7))})}var _n={id:"numbers",title:"Numbers",create:ma};var ga={residuals:"On the dashed line a prediction is right.",targets:"On the dashed diagonal a prediction equals its target."},xa=60;function ba(t,e){let n=new z({title:"Predictions of the current parameters"}),r=y("path",{class:"line best"}),s=y("path",{class:"residuals sticks"}),o=y("path",{class:"dots"}),a=y("path",{class:"spread"});n.plot.append(r,s,a,o);let i=P("Show",[["targets","targets"],["residuals","residuals"]],l=>t.update({against:l})),c={};return{frame:n,options:m("div",{class:"options"},i.element),draw(l){i.show(void 0,l.against);let{sample:h}=l.data,{fitted:p,residuals:d}=h?Lt(h,l.theta,l.data.state.intercept):{fitted:null,residuals:null},u=l.against==="residuals",g=u?d:h?.y??null;c=ya(l,p,g,c,e.held());let{target:x}=l.data.state;n.lay(c.axes,{x:`prediction of ${x}`,y:u?"residual: target \u2212 prediction":`${x}, the target`});let{x:b,y:w}=n,[$,L]=n.axes.x,S=u?[0,0]:[$,L];v(r,{d:`M${b.at($)},${w.at(S[0])}L${b.at(L)},${w.at(S[1])}`}),v(o,{d:h?Yt(b,w,p,g):"",class:h?.y.length>600?"dots many":"dots"}),v(s,{class:`residuals sticks${h?.y.length>xa?" many":""}`,d:h?Kt(b,w,p,g,J=>u?0:p[J],400):""});let I=h?"":Wn(l,u);v(a,{d:h?"":mt(b,w,I,1)+mt(b,w,I,2)})},caption(l){let{state:h,sample:p}=l.data,d=p?p.complete?"All rows.":`${M(p.y.length)} of ${M(h.rows)} rows.`:"No rows came with this page: the ellipses hold their spread, one and two standard deviations wide.",u=p?.y.length>400?` Sticks for ${M(400)} of them.`:"";return`${d}${u} ${ga[l.against]}`},numbers(l){let{r2:h,rmse:p}=e.statistics(l);return[["R\xB2",f(h)],["RMSE",f(p)],["rows",M(l.data.state.rows)]]},table(l){let{state:h,sample:p}=l.data;if(!p)return{columns:["figure","value"],rows:[["R\xB2",f(e.statistics(l).r2)],["RMSE",f(e.statistics(l).rmse)]]};let{fitted:d,residuals:u}=Lt(p,l.theta,h.intercept);return{columns:["row","prediction",h.target,"residual"],rows:Array.from(p.y,(g,x)=>[String(p.rows?.[x]??x+1),f(d[x]),f(g),f(u[x])])}}}}function Wn(t,e){let{state:n}=t.data,[r,s]=Nn(n,t.theta),o=e?s.map((c,l)=>c-r[l]):s,a=ft(n,r,o),i=n.intercept?t.theta[0]:0;return a.mean[0]+=i,e&&(a.mean[1]-=i),a}function ya(t,e,n,r,s){let o=e,a=n;if(!e){let l=Wn(t,t.against==="residuals");o=[-2.2,2.2].map(h=>l.mean[0]+h*Math.sqrt(l.xx)),a=[-2.2,2.2].map(h=>l.mean[1]+h*Math.sqrt(l.yy))}let i=t.against==="residuals"?{x:B(o),y:B([0,...a])}:wa(B([...o,...a])),c=r.against===t.against&&r.data===t.data.state.names?r.axes:void 0;return{against:t.against,data:t.data.state.names,axes:ut(c,i,s)}}function wa(t){return{x:t,y:t}}var Jn={id:"predictions",title:"Predictions",create:ba};function bt(t,e){let n=t+e,r=n-t;return{hi:n,lo:t-(n-r)+(e-r)}}function Y(t,e){let n=t*e,r=134217729*t,s=134217729*e,o=r-(r-t),a=s-(s-e),i=t-o,c=e-a;return{hi:n,lo:o*a-n+o*c+i*a+i*c}}function A(t,e=0){return{hi:t,lo:e}}function D(t,e){let n=bt(t.hi,e.hi),r=bt(t.lo,e.lo),s=Nt(n.hi,n.lo+r.hi);return Nt(s.hi,s.lo+r.lo)}function W(t,e){return D(t,{hi:-e.hi,lo:-e.lo})}function H(t,e){let n=Y(t.hi,e.hi);return Nt(n.hi,n.lo+(t.hi*e.lo+t.lo*e.hi))}function q(t,e){let n=t.hi/e.hi,r=Y(n,e.hi);return Nt(n,(t.hi-r.hi+(t.lo-(r.lo+n*e.lo)))/e.hi)}function te(t){let e=Math.sqrt(t.hi);if(e===0)return{hi:0,lo:0};let n=Y(e,e);return Nt(e,(t.hi-n.hi+(t.lo-n.lo))/(2*e))}function yt(t,e,n,r,s,o){let a=n.hi,i=134217729*a,c=i-(i-a),l=a-c;for(let h=o;h<t.length;h+=1){let p=r[h],d=a*p,u=134217729*p,g=u-(u-p),x=p-g,b=c*g-d+c*x+l*g+l*x+(a*s[h]+n.lo*p),w=t[h]-d,$=w-t[h],L=t[h]-(w-$)-(d+$),S=e[h]+(L-b);t[h]=w+S,e[h]=S-(t[h]-w)}}function Nt(t,e){let n=t+e;return{hi:n,lo:e-(n-t)}}function Un(t,e){let n=va(t,e);return{...n,a:t.hi,factor:r=>r===0?1:n.factor(r),change:r=>r===0?0:n.change(r)}}function va(t,e){return t.hi===1/0?ka:e===0?$a(t):Ma(t,e)}var ka={logRadius:1/0,swings:!0,factor:()=>-1/0,change:()=>-1/0};function $a(t){let e=t.hi>1,n=e?W(A(2),t).hi:t.hi,r=Math.log1p(-n),s=o=>e&&o%2?-1:1;return{logRadius:r,swings:e,factor:o=>s(o)*Math.exp(o*r),change:o=>s(o)>0?Math.expm1(o*r):-Math.exp(o*r)-1}}function Ma(t,e){let n=te(A(e)),r=W(jn(W(A(1),n)),t).hi,s=W(jn(D(A(1),n)),t).hi,o=W(H(A(2),bt(1,e)),t).hi,a={a:t.hi,beta:e,edge:o,width:Math.sqrt(Math.abs(r))*Math.sqrt(Math.abs(s))};return r>=0?Aa(a):s<=0?Ea(a):t.hi<1+e?Fa(a):Sa(a)}function Aa({a:t,beta:e,width:n}){let r=2*t/(1-e+t+n),s=Math.log1p(-r),o=Vn(Math.log1p(-n/(1-r))),a=i=>r*Math.exp(i*s)*o(i+1);return{logRadius:s,swings:!1,factor:i=>Math.exp((i+1)*s)+a(i),change:i=>Math.expm1((i+1)*s)+a(i)}}function Ea({a:t,beta:e,edge:n,width:r}){let s=2*n/(3+e-t+r),o=Math.log1p(-s),a=Vn(Math.log1p(-r/(1-s))),i=c=>Gn(c)*Math.exp(c*o)*(a(c+1)+e/(1-s)*a(c));return{logRadius:o,swings:!0,factor:i,change:c=>i(c)-1}}function Fa({a:t,beta:e,width:n}){let r=Math.atan2(n,1+e-t),s=(1-e)/(1+Math.sqrt(e));return Bn(e,a=>Math.cos((a+.5)*r)/Math.cos(r/2)+s*Math.sin(a*r)/Math.sin(r))}function Sa({a:t,beta:e,width:n}){let r=Math.atan2(n,t-1-e),s=Math.sqrt(e);return Bn(e,a=>Gn(a)*(Math.sin((a+1)*r)+s*Math.sin(a*r))/Math.sin(r))}function Bn(t,e){let n=Math.log(t)/2,r=s=>Math.exp(s*n)*e(s);return{logRadius:n,swings:!0,factor:r,change:s=>r(s)-1}}function Vn(t){if(t===0)return n=>n;let e=Math.expm1(t);return n=>Math.expm1(n*t)/e}function jn(t){return H(t,t)}function Gn(t){return t%2?-1:1}var E=class extends Error{constructor(e){super(e),this.name="Fault"}};function Zn(t,e){let n=sn(t.map(o=>o.hi.slice())).map(At),r=Ta(t,n),s=r.map((o,a)=>a).sort((o,a)=>r[o].hi-r[a].hi);return{curvatures:s.map(o=>r[o]),vectors:s.map(o=>n[o]),still:on(n,e)}}function Ta(t,e){let n=e.length,r=new Float64Array(n),s=Array.from({length:t[0]?.hi.length??0},(a,i)=>Float64Array.from(e,c=>c[i])),o=e.map(()=>A(0));for(let a of t){let i=new Float64Array(n),c=new Float64Array(n);s.forEach((l,h)=>yt(i,c,A(-a.hi[h],-a.lo[h]),l,r,0));for(let l=0;l<n;l+=1)o[l]=D(o[l],H(A(i[l],c[l]),A(i[l],c[l])))}return o.map((a,i)=>q(a,La(e[i])))}function La(t){let e=A(0);for(let n of t)e=D(e,H(A(n),A(n)));return e}function ee(t,e){return Float64Array.from(t,n=>F(n,e))}function wt(t,e,n){for(let r=0;r<e.length;r+=1){let s=n[r];if(s===0)continue;let o=e[r];for(let a=0;a<t.length;a+=1)t[a]+=s*o[a]}return t}function Rt(t,e,n){let[r,s]=[e,n];for(;s-r>1;){let o=r+Math.floor((s-r)/2);t(o)?s=o:r=o}return s}function Yn(t,e,{start:n,last:r,turns:s}){let o=l=>t(l)<=e,a=l=>t(l+1)>=t(l);if(o(n))return n;let[i,c]=[n,n+1];for(;!o(c);){if(s&&a(c))return c=a(i)?i:Rt(a,i,c),o(c)?Rt(o,i,c):null;if(c>=r)return null;[i,c]=[c,Math.min(2*c,r)]}return Rt(o,i,c)}var Oa=1e-6;function Xn(t,e){if(!(e>0))return"Stands still: the start is a minimum already.";switch(t.status){case"stands still":return`Stands still: at ${Ra(t)} the strongest mode jumps from side to side and never shrinks.`;case"diverges":return Na(t);case"zig-zags":return`Zig-zags, and converges: ${Kn(t)}.`;default:return`Converges: ${Kn(t)}.`}}function Kn(t){let e=t.iterationsTo(Oa),n=e===null?"":`; ${Qn(e)} to a millionth of the gap`;return`in the long run a step multiplies J \u2212 J* by ${V(t.factorPerStep)}${n}`}function Na(t){let e=t.lastFinite<1e9?`; after ${Qn(t.lastFinite)} the numbers no longer fit`:"",n=f(t.rates.limit,4),r=Number.isFinite(t.factorPerStep)?`multiplies J \u2212 J* by ${V(t.factorPerStep)}`:"multiplies J \u2212 J* by more than there are numbers for";return`Diverges: above the limit ${n} a step ${r}${e}.`}function Ra(t){return`the limit ${f(t.rates.limit,4)}`}function Qn(t){return`${M(t)} ${t===1?"step":"steps"}`}var Se=1e9,Ca=2**53,Pa=1+1e-6,qa=2**-50;function kt(t,{start:e=null,rate:n,momentum:r=0}){za(t,e,n,r);let{curvatures:s}=t.modes,o=t.fromUser(e??new Float64Array(t.k)),a=o.map((c,l)=>c-t.optimum[l]),i={problem:t,inner:o,limit:t.nearest(o),c:ee(t.modes.vectors,a),values:Float64Array.from(s,c=>c.hi),laws:s.map(c=>Un(tr(n,c),r))};if(!Le(i,0))throw new E("At the start the cost is too large for floating-point numbers; start nearer to zero.");return Ia(i,n,r)}function Ia(t,e,n){let{problem:r,laws:s}=t,o=Ct(vt(t,0)),a=_a(t,e,n,o),i=Le(t,Se)?Se:Rt(d=>!Le(t,d),0,Se)-1,c=d=>Math.min(Da(d),i),l=d=>Ct(vt(t,c(d))),h=d=>r.toUser(Te(t,c(d))),p={rate:e,momentum:n,rates:Ha(r,n),at:h,innerAt:d=>Te(t,c(d)),costAt:d=>r.minimum+l(d),gapAt:l,gapsAt:d=>vt(t,c(d)),path:d=>Array.from(d,h),limit:r.toUser(t.limit),lastFinite:i,iterationsTo:d=>Wa(t,a,n,d),slowestIterationsTo:d=>Ua(s,d),status:a,factorPerStep:o>0?Math.exp(2*nr(er(t))):1,modes:Ba(t,e,o)};return{...p,sentence:Xn(p,o)}}function za(t,e,n,r){if(!(n>0&&n<1/0))throw new E("That learning rate makes no steps; give a positive number.");if(!(r>=0&&r<1))throw new E("Momentum lies between 0 and 1, 1 excluded; 0.9 is common.");if(e!==null&&(e.length!==t.k||!Array.prototype.every.call(e,Number.isFinite)))throw new E(`The start must have ${t.k} numbers, the intercept first if there is one.`)}function tr(t,e){let n=t>8452712498170644e255?6223015277861142e-76:1,{hi:r,lo:s}=H(A(t*n),e);return{hi:r/n,lo:s/n}}function Da(t){if(!(Number.isSafeInteger(t)&&t>=0))throw new RangeError(`k=${t} is not a number of steps`);return t}function Te({problem:t,inner:e,limit:n,c:r,laws:s},o){let a=new Float64Array(r.length),i=new Float64Array(r.length),[c,l]=[0,0];for(let h=0;h<r.length;h+=1)r[h]!==0&&(a[h]=s[h].factor(o)*r[h],i[h]=s[h].change(o)*r[h],c+=a[h]*a[h],l+=i[h]*i[h]);return c<l?wt(n.slice(),t.modes.vectors,a):wt(e.slice(),t.modes.vectors,i)}function vt({c:t,values:e,laws:n},r){let s=new Float64Array(t.length);for(let o=0;o<t.length;o+=1){if(t[o]===0)continue;let a=n[o].factor(r)*t[o];s[o]=e[o]*a*a/2}return s}function Le(t,e){let{problem:n}=t;if(!Number.isFinite(n.minimum+Ct(vt(t,e))))return!1;let r=Te(t,e);return r.every(Number.isFinite)&&n.toUser(r).every(Number.isFinite)}function Ha({rates:t},e){return{one:t.one,best:(1+e)*t.best,limit:(1+e)*t.limit}}function er({c:t,laws:e}){return e.filter((n,r)=>t[r]!==0)}function nr(t){return t.reduce((e,n)=>Math.max(e,n.logRadius),-1/0)}function _a(t,e,n,r){if(!(r>0))return"stands still";let{curvatures:s}=t.problem.modes,o=s.filter((c,l)=>t.c[l]!==0).at(-1),a=H(A(2),bt(1,n)),i=q(W(a,tr(e,o)),a).hi;return Math.abs(i)<=qa?"stands still":i>0?er(t).some(c=>c.swings)?"zig-zags":"converges":"diverges"}function Wa(t,e,n,r){if(!(r>0&&r<1/0))throw new RangeError(`t=${r} is not a fraction of the gap at the start`);let s=Ct(vt(t,0));if(!(s>0))return 0;let o=l=>Ct(vt(t,l))/s,a=n===0?0:ja(n,r),i=Ja(t,n,r*s,l=>o(l)<=r,a);return i!==null?i:Yn(o,r,{start:a,last:Ca,turns:e==="diverges"||e==="stands still"})}function Ja({c:t,values:e,laws:n},r,s,o,a){let[i,c]=[t.slice(),t.slice()],l=n.map(h=>1+r-h.a);for(let h=0;h<a;h+=1){let p=0;for(let d=0;d<i.length;d+=1)p+=e[d]*i[d]*i[d];if(p/2<=Pa*s&&o(h))return h;if(!Number.isFinite(p))return null;for(let d=0;d<i.length;d+=1)c[d]=l[d]*i[d]-r*c[d];[i,c]=[c,i]}return null}function ja(t,e){let n=0;for(let r=0;r<4;r+=1)n=(Math.log(e)-2*Math.log1p(n)+Math.log(2**-63))/Math.log(t);return Math.max(Math.trunc(n)+1,0)}function Ua(t,e){let n=nr(t);return n<0?Math.log(e)/n:null}function Ba({c:t,values:e,laws:n},r,s){return Array.from(e,(o,a)=>({value:o,factor:1-r*o,radius:Math.exp(n[a].logRadius),share:s>0?o*t[a]*t[a]/2/s:0}))}function Ct(t){let e=0;for(let n=0;n<t.length;n+=1)e+=t[n];return e}var Va=6,rr=18,or=40,Oe=36,Ga=6.7;function Za(){let t=new Ne("Contours before and after standardising the features, one unit equally long along both axes"),e={};return{frame:t,missing:n=>n.problem.k<2?"One parameter has one curvature: scaling changes its unit and nothing else.":"",draw(n){e.plain===n.plain&&e.start===n.start&&e.pair===n.pair&&!t.stale||(e={plain:n.plain,start:n.start,pair:n.pair},t.paint(n))},caption:n=>`Equally long axes; each way is at its own best rate. Standardised features ${Ya(n)}.`,numbers:n=>[["\u03BA before",f(n.plain.condition)],["\u03BA after",f(n.scaled.condition)],["steps before",ne(n,n.plain)],["steps after",ne(n,n.scaled)]],table:n=>({columns:["","before","after"],rows:[["\u03BA",f(n.plain.condition),f(n.scaled.condition)],["\u03BBmin",...[n.plain,n.scaled].map(r=>f(r.modes.curvatures[0].hi))],["\u03BBmax",...[n.plain,n.scaled].map(r=>f(r.modes.curvatures.at(-1).hi))],["best rate",f(n.plain.rates.best),f(n.scaled.rates.best)],["stable below",f(n.plain.rates.limit),f(n.scaled.rates.limit)],["steps to a millionth at the best rate",ne(n,n.plain),ne(n,n.scaled)]]})}}function Ya({plain:t,scaled:e}){return e.condition<t.condition?"make the ellipses rounder, so that one rate suits all modes":"help no further here"}var sr=new WeakMap;function ar(t,e){let n=sr.get(e);if(n?.start===t.start)return n.walk;let r=kt(e,{start:t.start,rate:e.rates.best});return sr.set(e,{start:t.start,walk:r}),r}function ne(t,e){let n=ar(t,e).iterationsTo(1e-6);return n===null?"\u2013":M(n)}var Ne=class{constructor(e){this.panels=[0,1].map(n=>new Re(n)),this.svg=y("svg",{class:"picture",role:"img","aria-label":e},...this.panels.map(n=>n.group)),this.element=m("div",{class:"frame"},this.svg),this.width=0,this.stale=!0}resize(e){let n=Math.max(Math.floor(e),200);return n===this.width?!1:(this.width=n,this.stale=!0,!0)}paint(e){this.stale=!1;let n=(this.width-rr)/2,r=Math.round(Math.min(n+or+Oe,460));v(this.svg,{viewBox:`0 0 ${this.width} ${r}`,height:r}),this.panels.forEach((s,o)=>s.paint(e,o?e.scaled:e.plain,o*(n+rr),n,r))}},Re=class t{constructor(e){this.side=e;let n=`panel-${t.serial+=1}`;this.clip=y("rect",{}),this.title=y("text",{class:"panel-title"}),this.kappa=y("text",{class:"label"}),this.box=y("rect",{class:"panel"}),this.rings=y("g",{class:"rings"}),this.way=y("path",{class:"way thin"}),this.dots=y("path",{class:"way-dots"}),this.bottom=y("g",{class:"optimum"},O("diamond",5)),this.first=y("g",{class:"first"},O("square",4)),this.feet=[0,1].map(()=>y("text",{class:"label"}));let r=y("g",{"clip-path":`url(#${n})`},this.rings,this.way,this.dots,this.bottom,this.first);this.group=y("g",{},y("defs",{},y("clipPath",{id:n},this.clip)),this.title,this.kappa,this.box,r,...this.feet)}static serial=0;paint(e,n,r,s,o){let[a,i]=[or,o-Oe],c={x:r,y:a,width:s,height:i-a};v(this.box,c),v(this.clip,c),v(this.title,{x:r,y:14}),k(this.title,this.side?"after":"before"),v(this.kappa,{x:r,y:31}),k(this.kappa,`\u03BA = ${f(n.condition,4)}`);let[l,h]=e.pair,p=N(e.data.state),d=this.side?"\u2032":"";this.feet.forEach((lt,X)=>{v(lt,{x:r,y:o-Oe+15+15*X}),k(lt,`${X?"\u2191":"\u2192"} ${Q(p[X?h:l]+d,Math.floor(s/Ga)-2)}`)});let u=ar(e,n),g=U(n,l,h,{at:n.fromUser(u.limit)}),x=u.innerAt(0),b=Math.hypot(x[l]-g.centre[0],x[h]-g.centre[1])*1.15||1,w=Math.min(s,i-a)/2,$=[b*s/2/w,b*(i-a)/2/w],[L,S]=g.centre,I={left:r,right:r+s,x:dt([L-$[0],L+$[0]],[r,r+s]),y:dt([S-$[1],S+$[1]],[i,a])},J=jt(g,g.excess(L+$[0],S+$[1]),{count:Va}),fe=T(this.rings,J.length,()=>y("path",{}));J.forEach((lt,X)=>v(fe[X],{d:Zt(I,Jt(g,lt)).d,style:`--depth: ${X/J.length}`})),this.walkOn(I,u,l,h);let Je=(lt,X,Os)=>v(lt,{transform:`translate(${I.x.at(X).toFixed(1)},${I.y.at(Os).toFixed(1)})`});Je(this.bottom,L,S),Je(this.first,x[l],x[h])}walkOn(e,n,r,s){let a=pt(Math.max(1,Math.min(n.iterationsTo(1e-6)??1e3,n.lastFinite))).map(i=>{let c=n.innerAt(i);return`${e.x.at(c[r]).toFixed(1)},${e.y.at(c[s]).toFixed(1)}`});v(this.way,{d:`M${a.join("L")}`}),v(this.dots,{d:a.slice(0,40).map(i=>`M${i}h0`).join("")})}},ir={id:"scaling",title:"Before and after scaling",create:Za};var cr=96,Ka=.01;function Xa(t,e){let n=new z({title:"A slice of the cost through the current parameters",handles:!0}),r=y("path",{class:"curve"}),s=y("path",{class:"tangent"}),o=y("path",{class:"step"}),a=y("g",{class:"optimum"},O("diamond",5));n.plot.append(r,s,o),n.over.append(a);let i=ot({label:"The current parameter",shape:"here",pointer:h=>n.pointer(h),drag:([h])=>lr(t,e,n.x.back(Math.max(n.left,Math.min(n.right,h)))),nudge([h,p],d){let u=t.get(),[g,x]=n.axes.x;lr(t,e,u.theta[$t(u)]+(h||p)*d*Ka*(x-g))}});n.over.append(i);let c=P("Along",[],h=>t.update({slice:Number(h)})),l={};return{frame:n,legend:G([{line:"tangent",shape:"",text:"tangent"},{line:"step",shape:"",text:"next step"},{mark:"diamond",shape:"optimum",text:"lowest"}]),options:m("div",{class:"options"},c.element),draw(h){let p=$t(h),d=N(h.data.state);c.show(d.length>1&&d.map((w,$)=>[String($),w]),String(p));let u=Et(h.plain,h.theta,p);(l.i!==p||!e.held()&&(l.data!==h.data||l.start!==h.start))&&(l=ti(h,p));let g=Tt(l.x,h.theta[p]),x=Math.max(u.costAt(g[0]),u.costAt(g[1]),u.cost);n.lay({x:g,y:Qa(u.least,x)},{x:d[p],y:"J, other parameters as they are"}),ei(n,h,u,p,{parabola:r,tangent:s,step:o,bottom:a});let b=`${d[p]} = ${f(h.theta[p])}, J = ${f(u.cost)}, slope ${f(u.slope)}`;at(i,n.x.at(h.theta[p]),n.y.at(u.cost),h.theta[p],b)},caption(h){let p=h.problem.k>1?", every other parameter held where it is":"",d=h.scale?"The step is taken on standardised features.":"A step goes down the tangent, \u03B1 times the slope far.";return`J against ${Z(h.data.state,$t(h))}${p}. ${d}`},numbers(h){let p=$t(h),d=Et(h.plain,h.theta,p),u=Z(h.data.state,p);return[[u,f(d.value)],["J",f(d.cost)],[`\u2202J/\u2202${u}`,f(d.slope)],["lowest at",f(d.bottom)]]},table(h){let p=$t(h),d=Et(h.plain,h.theta,p),[u,g]=n.axes?.x??[d.value-1,d.value+1],x=Array.from({length:11},(b,w)=>u+w/10*(g-u));return{columns:[Z(h.data.state,p),"J","slope"],rows:x.map(b=>[f(b),f(d.costAt(b)),f(d.slopeAt(b))])}}}}function Qa(t,e){let n=e-t<.4*e?t-.06*(e-t):0;return e>n?[n,e+.04*(e-n)]:[n,n+1]}function $t(t){return Math.min(t.slice,t.problem.k-1)}function lr(t,e,n){let r=t.get(),s=Float64Array.from(r.theta);s[$t(r)]=et(n),e.moveTo(s)}function ti(t,e){let r=Et(t.plain,t.theta,e).bottom??t.theta[e],o=1.3*(Math.max(Math.abs(t.start[e]-t.descent.limit[e]),Math.abs(r-t.theta[e]))||Math.abs(r)||1);return{data:t.data,i:e,start:t.start,x:[r-o,r+o]}}function ei(t,e,n,r,s){let{x:o,y:a}=t,[i,c]=t.axes.x,l=[];for(let g=0;g<=cr;g+=1){let x=i+g/cr*(c-i);l.push(`${o.at(x).toFixed(1)},${a.at(n.costAt(x)).toFixed(1)}`)}v(s.parabola,{d:`M${l.join("L")}`});let h=g=>a.at(n.cost+n.slope*(g-n.value));v(s.tangent,{d:`M${o.at(i)},${h(i).toFixed(1)}L${o.at(c)},${h(c).toFixed(1)}`});let p=e.next?.[r],d=Number.isFinite(p)?o.at(p).toFixed(1):null,u=d&&a.at(n.costAt(p)).toFixed(1);v(s.step,{d:d?`M${o.at(n.value).toFixed(1)},${a.at(n.cost).toFixed(1)}L${d},${h(p).toFixed(1)}V${u}`:""}),v(s.bottom,{transform:`translate(${o.at(n.bottom??0).toFixed(1)},${a.at(n.least).toFixed(1)})`,visibility:n.bottom!==null&&n.bottom>=i&&n.bottom<=c?"visible":"hidden"})}var hr={id:"slice",title:"Slice of the cost",create:Xa};var dr="1",ur=4096,ni=1e9,re=201,se=(t,e)=>({write:C,read:n=>xr(ai(n),t,e)}),oe=t=>({write:C,read:e=>/^\d{1,10}$/.test(e)?xr(Number(e),0,t):void 0}),Pt=(...t)=>({write:String,read:e=>t.includes(e)?e:void 0}),ri={write:t=>t?"1":"0",read:t=>t==="1"?!0:t==="0"?!1:void 0},pr={write:String,read:t=>/^[a-z][a-z0-9-]{0,39}$/.test(t)?t:void 0},Ce=(t,e,n)=>({write:r=>Array.from(r,t.write).join(","),read:r=>ii(r.split(",",n+1).map(t.read),e,n)}),mr=new Map([["rate",se(Number.MIN_VALUE,Number.MAX_VALUE)],["momentum",se(0,1-2**-53)],["k",oe(ni)],["scale",ri],["start",Ce(se(-Number.MAX_VALUE,Number.MAX_VALUE),1,re)],["pair",Ce(oe(re),2,2)],["others",Pt("held","reoptimised")],["feature",oe(re)],["slice",oe(re)],["against",Pt("targets","residuals")],["residuals",Pt("sticks","squares","none")],["costs",Pt("linear","log")],["span",Pt("first","whole","log")],["camera",Ce(se(-360,360),2,2)],["view",pr],["task",pr]]);function fr(t){let e=[`v=${dr}`],n=e[0].length;for(let[r,s]of mr){let o=si(s,t[r]);o===null||n+r.length+o.length+2>ur||(e.push(`${r}=${o}`),n+=r.length+o.length+2)}return e.join("&")}function gr(t){if(typeof t!="string")return{error:"The address is not text."};if(t.length>ur+1)return{error:"The part of the address after # is too long to be one of ours."};let e=t.startsWith("#")?t.slice(1):t;if(e==="")return{ui:{},error:null};let[n,...r]=e.split("&");if(n!==`v=${dr}`)return{error:"The part of the address after # is not of this version."};let s={};for(let o of r){let[a,i]=oi(o),c=mr.get(a);if(!c||Object.hasOwn(s,a))return{error:"The part of the address after # says something unknown."};let l=c.read(i);if(l===void 0)return{error:`The address says a ${a} that cannot be.`};s[a]=l}return{ui:s,error:null}}function si(t,e){if(e==null)return null;try{let n=t.write(e);return t.read(n)===void 0?null:n}catch{return null}}function oi(t){let e=t.indexOf("=");return e<0?[t,""]:[t.slice(0,e),t.slice(e+1)]}function ai(t){return/^-?\d{1,25}(?:\.\d{1,25})?(?:e-?\d{1,3})?$/.test(t)?Number(t):void 0}function xr(t,e,n){return t!==void 0&&t>=e&&t<=n?t:void 0}function ii(t,e,n){return t.length>=e&&t.length<=n&&!t.includes(void 0)?t:void 0}var ci=300;function br(t,e,n){let r=0,s=e.location.hash;function o(){let{ui:h,error:p}=gr(e.location.hash),d=p??li(h,t.get())??t.update(hi(h));n(d?`${d} It is ignored.`:"")}function a(){let h=t.get();if(h.playing)return i();let p=h.data.own?"":`#${fr({...h,k:h.shown,camera:[h.camera.turn,h.camera.tilt]})}`;p!==s&&(s=p,e.history.replaceState(null,"",p||e.location.pathname+e.location.search))}function i(){e.clearTimeout(r),r=e.setTimeout(a,ci)}let c=()=>{e.location.hash!==s&&(s=e.location.hash,o())};s&&o(),e.addEventListener("hashchange",c);let l=t.subscribe(i);return()=>{e.clearTimeout(r),e.removeEventListener("hashchange",c),l()}}function li(t,e){let{k:n}=e.problem;return t.start&&t.start.length!==n||t.pair&&(t.pair.some(s=>s>=n)||t.pair[0]===t.pair[1]&&n>1)||t.slice!==void 0&&t.slice>=n||t.feature!==void 0&&t.feature>=e.problem.p?"The address is of another table.":null}function hi({view:t,start:e,camera:n,...r}){return{...r,...e&&{start:Float64Array.from(e)},...n&&{camera:{turn:n[0],tilt:n[1]}},playing:!1}}var pi=["fill","fill-opacity","stroke","stroke-width","stroke-dasharray","stroke-linecap","stroke-linejoin","stroke-opacity","opacity","font-family","font-size","font-style","font-weight","text-anchor","visibility","paint-order","vector-effect"];function Pe(t){let e=t.cloneNode(!0);yr(t,e);for(let s of e.querySelectorAll(".reach, .line-body"))s.remove();let n=t.viewBox.baseVal;e.setAttribute("xmlns","http://www.w3.org/2000/svg"),e.setAttribute("width",String(n.width)),e.setAttribute("height",String(n.height));let r=document.createElementNS("http://www.w3.org/2000/svg","rect");return r.setAttribute("width","100%"),r.setAttribute("height","100%"),r.setAttribute("fill",di(t)),e.prepend(r),new XMLSerializer().serializeToString(e)}function yr(t,e){let n=getComputedStyle(t);for(let r of pi){let s=n.getPropertyValue(r);s&&e.setAttribute(r,s)}for(let r of["class","style","tabindex","role","aria-valuenow","aria-valuetext"])e.removeAttribute(r);for(let r=0;r<t.children.length;r+=1)yr(t.children[r],e.children[r])}function di(t){for(let e=t;e;e=e.parentElement){let{backgroundColor:n}=getComputedStyle(e);if(n&&!/^rgba\(.*, 0\)$|transparent/.test(n))return n}return"white"}async function wr(t){let e=t.viewBox.baseVal,n=new Image;n.src=`data:image/svg+xml;charset=utf-8,${encodeURIComponent(Pe(t))}`,await n.decode();let r=document.createElement("canvas");return r.width=e.width*2,r.height=e.height*2,r.getContext("2d")?.drawImage(n,0,0,r.width,r.height),new Promise((s,o)=>{r.toBlob(a=>a?s(a):o(new Error("the browser made no PNG")),"image/png")})}function ae(t,e){let n=document.createElement("a");n.href=URL.createObjectURL(t),n.download=e,n.click(),setTimeout(()=>URL.revokeObjectURL(n.href),1e4)}function vr(t,e,n,r){let s=t.create(e,n,r),o=j("card"),a=m("p",{class:"caption"}),i=m("dl",{class:"numbers"}),c=m("div",{class:"table",tabindex:0,role:"region","aria-label":`${t.title}: data`}),l=m("details",{class:"data-table"},m("summary",{},"Data table"),c),h=m("p",{class:"absent"}),p=s.frame?.element??s.element,d=m("div",{class:"body"},p,s.legend,i),u=m("div",{class:"foot"},s.table&&l,s.frame&&ui(t,s.frame)),g=m("article",{class:"card","aria-labelledby":o,"data-view":t.id},m("header",{},m("h3",{id:o},t.title),a,h),s.options??m("div",{}),d,u),x=!1,b=!0,w=(S,I=!1)=>{if(b=!x&&!I,b)return;let J=s.missing?.(S)??"";k(h,J);for(let fe of[a,d,u])fe.hidden=J!=="";h.hidden=J==="",s.options&&(s.options.hidden=J!==""),!J&&(s.draw(S),k(a,s.caption(S)),_t(i,s.numbers?.(S)??[]),l.open&&!S.playing&&Wt(c,s.table(S)))};l.addEventListener("toggle",()=>w(e.get()));let $=new ResizeObserver(([S])=>{S.contentRect.width&&s.frame.resize(S.contentRect.width)&&w(e.get(),!0)});s.frame?$.observe(p):w(e.get(),!0);let L=new IntersectionObserver(([S])=>{x=S.isIntersecting,x&&b&&w(e.get())},{rootMargin:"80px"});return L.observe(g),{element:g,draw:w,accept:s.accept,unmount(){$.disconnect(),L.disconnect(),s.unmount?.()}}}function ui(t,e){let n=m("span",{class:"status",role:"status"}),r=async o=>{let a=o==="png"?await wr(e.svg):new Blob([Pe(e.svg)],{type:"image/svg+xml"});ae(a,`slopewise-${t.id}.${o}`),k(n,`${o.toUpperCase()} saved`)},s=o=>{let a=R(o.toUpperCase(),()=>r(o),"small");return v(a,{"aria-label":`Save ${t.title} as ${o.toUpperCase()}`,"data-export":o}),a};return m("div",{class:"exports"},n,s("png"),s("svg"))}var qe=4;function $r(t,e,{theme:n,address:r}){let s=m("p",{class:"source"}),o=m("p",{class:"equation",role:"math"}),a=m("p",{class:"cost"}),i=m("p",{class:"rank"}),c=n&&R("",()=>{n.turn(),l()},"quiet theme"),l=()=>{let p={system:"Theme: system",dark:"Theme: dark",light:"Theme: light"}[n.now()];k(c,p),v(c,{"aria-label":`${p}; press for the next`})};return c&&l(),{element:m("header",{class:"head"},m("div",{class:"titles"},m(r?"h1":"h2",{},e.title),s),c,m("div",{class:"model"},o,a),i),place:"head",draw(p){let{state:d}=p.data;k(s,`${p.data.source} \xB7 ${tt(d.rows,"row")}${p.data.own?" \xB7 changed here":""}`);let u=fi(d,p.theta);T(o,u.length,g=>m(g%2?"span":"i")).forEach((g,x)=>k(g,u[x])),k(a,`J = ${f(p.cost)}`),k(i,mi(p,e))}}}function mi(t,e){let{rank:n,k:r}=t.problem;if(n===r)return"";let s=t.data.own?[]:e.solution.dropped_text??[],o=s.length?`: ${s.join("; ")}`:"";return`Rank ${n} of ${r}: infinitely many parameters fit equally well, and descent finds those nearest to its start${o}.`}function fi(t,e){let n=t.intercept?1:0,r=t.names.slice(0,qe),s=[Q(t.target)];if(!r.length)return[...s,` = ${f(t.intercept?e[0]:0,4)}`];r.forEach((a,i)=>{let c=e[n+i];s.push(`${i?"":" ="} ${i?kr(c):f(c,4)} \xB7 `,Q(a))});let o=t.names.length>qe?` + \u2026 ${t.names.length-qe} more`:"";return s.push(`${o}${t.intercept?` ${kr(e[0])}`:""}`),s}function kr(t){return`${t<0?"\u2212":"+"} ${f(Math.abs(t),4)}`}var Mr=2,Ar=12;function Er(t,e){let n=Dt("Standardise the features",d=>{let u=t.get().rate/t.get().descent.rates.limit;t.update({scale:d,k:0,playing:!1}),t.update({rate:Number((u*t.get().descent.rates.limit).toPrecision(3))})}),r=st("Momentum \u03B2",{take:d=>t.update({momentum:d}),nudge:(d,u)=>Number(Math.max(0,Math.min(.99,d+u*.01)).toFixed(2))}),s=m("div",{class:"starts",role:"group","aria-label":"Start"}),o=m("p",{class:"note"}),a=m("details",{class:"more"},m("summary",{},"Start")),i=R("Start at zero",()=>e.moveTo(new Float64Array(t.get().start.length))),c=m("section",{class:"run-options","aria-label":"Run"},n.element,r.element),l=[],h=null;function p(d){h=d.names;let u=N(d);l=u.slice(0,Ar).map((x,b)=>gi(t,e,x,b)),k(o,u.length>Ar?`The start has ${u.length} numbers; move the others in the pictures.`:""),s.replaceChildren(m("span",{class:"soft"},u.length>Mr?"":"Start"),...l.map(x=>x.element),i,o);let g=u.length<=Mr;g?c.append(s):a.append(s),g?a.remove():c.append(a)}return{element:c,place:"below",draw(d){n.show(d.scale),r.show(d.momentum),h!==d.data.state.names&&p(d.data.state),l.forEach((u,g)=>u.show(d.start[g]))}}}function gi(t,e,n,r){let s=o=>{let a=Float64Array.from(t.get().start);return a[r]=o,e.moveTo(a)};return st(n,{name:`${n} at the start`,take:s,nudge:(o,a)=>{let i=Math.abs(t.get().descent.limit[r]-o)||Math.abs(o)||1,c=10**Math.floor(Math.log10(i)-1);return Number((o+a*c).toPrecision(12))}})}var xi=1e7,Fr=2e5,Sr=500,bi=new Set(["","na","n/a","nan","null","none","-","?"]),Ie=/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;function Tr(t){try{return{...yi(t),error:null}}catch(e){if(e instanceof E)return{error:e.message};throw e}}function Lr(t,{target:e,features:n}){let r=[];for(let i of[...n,e]){let c=t.columns.find(l=>l.name===i);if(!c)return{error:`There is no column ${i}.`};if(c.kind==="text")return{error:`Column ${i} holds text, such as ${Li(c)}; choose one of numbers.`};r.push(c)}if(!n.length)return{error:"Choose at least one feature."};if(n.includes(e))return{error:`${e} cannot be both the target and a feature.`};let s=[];for(let i=0;i<t.rows;i+=1)r.every(c=>!Number.isNaN(c.values[i]))&&s.push(i);if(!s.length)return{error:"No row has a number in each of these columns."};let[o,...a]=[r[n.length],...r.slice(0,-1)].map(i=>Float64Array.from(s,c=>i.values[c]));return{x:a,y:o,names:n,target:e,rows:s.map(i=>i+1),dropped:t.rows-s.length,droppedBy:r.filter(i=>i.missing).map(({name:i,missing:c})=>({name:i,missing:c})),error:null}}function yi(t){if(typeof t!="string")throw new E("This is not text.");if(t.length>xi)throw new E("This is more than 10 MB; give slopewise the file instead.");let e=t.startsWith("\uFEFF")?t.slice(1):t,n=wi(e),r=vi(e,n);if(!r.length)throw new E("There is no row here; paste a table with one row a line.");let s=r[0].cells.length;if(s>Sr)throw new E(`There are ${s} columns; at most ${Sr} can be shown.`);let o=r.find(({cells:h})=>h.length!==s);if(o)throw new E(`Line ${o.line} has ${o.cells.length} cells and the first has ${s}; give as many.`);let a=Ai(r,n),i=r[0].cells.some(h=>!ze(h)&&!Ie.test(Nr(h,a))),c=i?Ei(r[0].cells):Fi(s),l=i?r.slice(1):r;if(!l.length)throw new E("There are names but no row below them.");return{columns:c.map((h,p)=>Si(h,l,p,a)),rows:l.length,delimiter:n}}function wi(t){let e=new Map([[",",0],[";",0],["	",0]]),n=!1;for(let r of t)if(r==='"')n=!n;else if(!n&&(r===`
`||r==="\r")){if([...e.values()].some(s=>s))break}else!n&&e.has(r)&&e.set(r,e.get(r)+1);return e.get("	")?"	":e.get(";")?";":","}function vi(t,e){let n=[],r={text:t,delimiter:e,place:0,line:1};for(;r.place<t.length;){let s=r.line,o=ki(r);if((o.length>1||o[0]!=="")&&n.push({cells:o,line:s}),n.length>Fr)throw new E(`There are more than ${Fr} rows; give slopewise the file instead.`)}return n}function ki(t){let{text:e,delimiter:n}=t,r=[];for(;r.push(e[t.place]==='"'?Mi(t,r.length+1):$i(t)),e[t.place]===n;)t.place+=1;return e[t.place]==="\r"&&e[t.place+1]===`
`&&(t.place+=1),t.place+=1,t.line+=1,r}function $i(t){let e=t.place;for(;t.place<t.text.length&&!Or(t);)t.place+=1;return t.text.slice(e,t.place).trim()}function Mi(t,e){let{text:n}=t,r=t.line,s="";for(t.place+=1;;){let o=n.indexOf('"',t.place);if(o<0)throw new E(`The quote that begins in line ${r}, cell ${e}, is never closed.`);let a=n.slice(t.place,o);if(t.line+=a.split(`
`).length-1,s+=a,t.place=o+1,n[t.place]!=='"')break;s+='"',t.place+=1}if(t.place<n.length&&!Or(t))throw new E(`In line ${t.line}, cell ${e}, something follows the closing quote; double quotes inside quotes.`);return s}function Or({text:t,place:e,delimiter:n}){let r=t[e];return r===n||r===`
`||r==="\r"}function Ai(t,e){if(e===",")return!1;let n=t.flatMap(r=>r.cells);return n.some(r=>/^[+-]?\d*,\d+$/.test(r))&&!n.some(r=>/^[+-]?\d*\.\d+$/.test(r))}function Nr(t,e){return e?t.replace(",","."):t}function ze(t){return bi.has(t.trim().toLowerCase())}function Ei(t){let e=t.map((r,s)=>r.trim()||`column ${s+1}`),n=e.find((r,s)=>e.indexOf(r)<s);if(n!==void 0)throw new E(`Two columns are named ${n}; give each a name of its own.`);return e}function Fi(t){return t===1?["y"]:Array.from({length:t},(e,n)=>n===t-1?"y":t===2?"x":`x${n+1}`)}function Si(t,e,n,r){let s=e.map(c=>c.cells[n]),o=new Float64Array(s.length).fill(NaN),a=0,i=!1;return s.forEach((c,l)=>{let h=Nr(c.trim(),r);ze(c)?a+=1:Ie.test(h)?o[l]=Ti(Number(h),c,e[l].line,n):i=!0}),{name:t,kind:i?"text":"number",values:i?null:o,cells:s,missing:a}}function Ti(t,e,n,r){if(!Number.isFinite(t))throw new E(`${e} in line ${n}, cell ${r+1}, is too large a number.`);return t}function Li(t){return JSON.stringify(t.cells.find(e=>!ze(e)&&!Ie.test(e))??"").slice(0,40)}function Cr(t,e,n,r){if(!r)return Rr(t.map((o,a)=>Oi(o,e,a)),n);let s=t.map(o=>({hi:o.slice(),lo:new Float64Array(o.length)}));return[{hi:e.slice(),lo:new Float64Array(e.length)},...Rr(s,n-1)]}function Oi(t,e,n){let r=new Float64Array(t.length),s=new Float64Array(t.length);return t.forEach((o,a)=>{let i=D(A(o),Y(e[n],e[a]));r[a]=i.hi,s[a]=i.lo}),{hi:r,lo:s}}function Rr(t,e){let n=t.map((s,o)=>s.hi[o]),r=[];for(;r.length<e;){let s=Ni(t,n);if(s<0)break;let o=te(A(t[s].hi[s],t[s].lo[s])),a=Ci(Ri(t,s),o);r.push(a),t.forEach(({hi:i,lo:c},l)=>yt(i,c,A(a.hi[l],a.lo[l]),a.hi,a.lo,l)),Pi(t,s)}return r}function Ni(t,e){let n=-1,r=0;return t.forEach((s,o)=>{let a=e[o]>0?s.hi[o]/e[o]:0;a>r&&([n,r]=[o,a])}),n}function Ri(t,e){let n=t[e].hi.slice(),r=t[e].lo.slice();for(let s=0;s<e;s+=1)[n[s],r[s]]=[t[s].hi[e],t[s].lo[e]];return{hi:n,lo:r}}function Ci(t,e){let n=new Float64Array(t.hi.length),r=new Float64Array(t.hi.length);for(let s=0;s<n.length;s+=1){let o=q(A(t.hi[s],t.lo[s]),e);n[s]=o.hi,r[s]=o.lo}return{hi:n,lo:r}}function Pi(t,e){t[e].hi.fill(0),t[e].lo.fill(0);for(let n of t)n.hi[e]=n.lo[e]=0}function Pr(t){let e=t.names.length,n=new Float64Array(e);for(let s=0;s<e;s+=1){let o=Math.sqrt(Math.max(t.centred[s][s],0));n[s]=o<=Number.EPSILON*Math.abs(t.mean[s])?1:o}return{centre:t.intercept?t.mean.slice(0,e):new Float64Array(e),spread:n,intercept:t.intercept}}function qr(t){let e=t.names.length;return{centre:new Float64Array(e),spread:new Float64Array(e).fill(1),intercept:t.intercept}}function De({centre:t,spread:e,intercept:n},r){let s=Float64Array.from(r),o=n?1:0;for(let a=0;a<e.length;a+=1)n&&(s[0]+=r[a+o]*t[a]),s[a+o]=r[a+o]*e[a];return s}function Ir({centre:t,spread:e,intercept:n},r){let s=Float64Array.from(r),o=n?1:0;for(let a=0;a<e.length;a+=1)s[a+o]=r[a+o]/e[a],n&&(s[0]-=s[a+o]*t[a]);return s}var qi=2**-98;function zr(t){let e=t.names.length,n=Ii(t),r=Float64Array.from(t.mean,(h,p)=>t.centred[p][p]+h*h);if(!r.every(Number.isFinite))throw new E("The squares of a column are too large; use a larger unit.");let s=r.map(h=>qi*h),o=r.map((h,p)=>Math.max((4*t.rounding[p])**2*h,s[p])),a=zi(n,o,e),i=n.slice(0,e).map((h,p)=>a[p]?A(h.hi[e],h.lo[e]):null),c=i.map(h=>h&&h.hi),l=i.flatMap((h,p)=>h?[]:[p]);return{parameters:t.intercept?[Hi(t.mean,i),...c]:c,cost:Di(n,a,s,e),rank:e-l.length+(t.intercept?1:0),dropped:l,dropped_text:l.map(h=>_i(t,n,a,h))}}function Ii(t){return t.centred.map((e,n)=>{let r=e.slice(),s=t.centredLow[n].slice();return t.intercept||e.forEach((o,a)=>{let i=D(A(o,s[a]),Y(t.mean[n],t.mean[a]));r[a]=i.hi,s[a]=i.lo}),{hi:r,lo:s}})}function zi(t,e,n){let r=new Array(n).fill(!1);for(let s=0;s<n;s+=1){let o=t[s],a=A(o.hi[s],o.lo[s]);if(a.hi>e[s]+Dr(t,r,e,s)){for(let i=s;i<=n;i+=1){let c=q(A(o.hi[i],o.lo[i]),a);o.hi[i]=c.hi,o.lo[i]=c.lo}t.forEach(({hi:i,lo:c},l)=>{l!==s&&(l>s||r[l])&&yt(i,c,A(i[s],c[s]),o.hi,o.lo,s)}),r[s]=!0}}return r}function Dr(t,e,n,r){let s=0;for(let o=0;o<Math.min(r,e.length);o+=1)e[o]&&(s+=t[o].hi[r]**2*n[o]);return s}function Di(t,e,n,r){let s=t[r].hi[r];return s<=n[r]+Dr(t,e,n,r)?0:s/2}function Hi(t,e){let n=A(t[e.length]);return e.forEach((r,s)=>{r&&(n=W(n,H(r,A(t[s]))))}),n.hi}function _i(t,e,n,r){let s=[],o=t.mean[r];for(let a=0;a<r;a+=1)n[a]&&(o-=e[a].hi[r]*t.mean[a],Math.abs(e[a].hi[r])>1e-12&&s.push(`${f(e[a].hi[r],4)}\xB7${t.names[a]}`));return t.intercept&&(Math.abs(o)>1e-9*Math.abs(t.mean[r])||!s.length)&&s.push(f(o,4)),`${t.names[r]} = ${s.length?s.join(" + ").replaceAll("+ \u2212","\u2212 "):"0"}`}var Wi=1e270,Ji=1e-230;function ie(t,{solution:e=null,scale:n=!1}={}){let r=t.names.length,s=r+(t.intercept?1:0),o=e??zr(t),a=n?Pr(t):qr(t),{centred:i,level:c}=ji(t,a,s);if(!(o.rank>0))throw new E("Every feature is zero and there is no intercept: there is nothing to fit.");let l=Cr(i,c,o.rank,t.intercept),h=Zn(l,s),p=De(a,o.parameters.map(u=>u??0)),d=Vi(l,p);return{p:r,k:s,intercept:t.intercept,scale:n,names:t.names,target:t.target,H:i.map((u,g)=>u.map((x,b)=>x+c[g]*c[b])),optimum:p,minimum:o.cost,rank:h.vectors.length,solution:o,scaling:a,root:l.map(u=>u.hi),modes:h,...Bi(h),...d,cost:u=>o.cost+d.excess(u),nearest:u=>Gi(h,p,u),toUser:u=>Ir(a,u),fromUser:u=>De(a,u)}}function ji(t,{centre:e,spread:n,intercept:r},s){let o=r?1:0,a=Array.from({length:s},()=>new Float64Array(s)),i=new Float64Array(s).fill(1);for(let c=o;c<s;c+=1){i[c]=(t.mean[c-o]-e[c-o])/n[c-o];for(let l=o;l<s;l+=1)a[c][l]=t.centred[c-o][l-o]/(n[c-o]*n[l-o])}return a.forEach((c,l)=>Ui(c[l]+i[l]*i[l],t.names[l-o])),{centred:a,level:i}}function Ui(t,e){if(t===0||t>Ji&&t<Wi)return;let[n,r]=t>1||!Number.isFinite(t)?["large","larger"]:["small","smaller"];throw new E(`The squares of column ${e} are too ${n} for floating-point numbers; use a ${r} unit.`)}function Bi({curvatures:t,vectors:e,still:n}){let r=t[0],s=t[t.length-1],o=D(r,s);return{eigen:{values:Float64Array.from([...n.map(()=>0),...t.map(a=>a.hi)]),vectors:[...n,...e]},rates:{one:q(A(1),s).hi,best:q(A(2),o).hi,limit:q(A(2),s).hi},condition:q(s,r).hi}}function Vi(t,e){let n=t.map(o=>o.hi),r=e.length;function s(o){return n.map(a=>{let i=0;for(let c=0;c<r;c+=1)i+=a[c]*(o[c]-e[c]);return i})}return{excess:o=>s(o).reduce((a,i)=>a+i*i,0)/2,gradient:o=>wt(new Float64Array(r),n,s(o))}}function Gi({vectors:t,still:e},n,r){if(!e.length)return n.slice();let s=Float64Array.from(r,(i,c)=>i-n[c]),o=ee(t,s).map(i=>-i),a=wt(s,t,o);return n.map((i,c)=>i+a[c])}var Zi=1e140,_r=2**-53;function Wr(t,e,n=null,r={}){let{intercept:s=!0,target:o="y"}=r,a=r.names??t.map((d,u)=>t.length===1?"x":`x${u+1}`),i=[...t,e];Yi(i,[...a,o],n);let c=n?He(e.length,d=>A(n[d])):A(e.length);if(!(c.hi>0))throw new E("The rows have no weight; give at least one row a weight above zero.");let l=i.map(d=>q(He(e.length,u=>Y(d[u],n?n[u]:1)),c)),{high:h,low:p}=Ki(i,l,n,c);return{names:a,target:o,intercept:s,rows:Xi(e.length,n),weight:c.hi,weighted:n!==null,mean:Float64Array.from(l,d=>d.hi),centred:h,centredLow:p,rounding:Float64Array.from(i,d=>Qi(d)?0:_r)}}function Jr(t){let e=t.names.length+1;if(t.mean.length!==e||t.centred.length!==e||t.centred.some(n=>n.length!==e))throw new E(`The page's moments do not have the ${e} columns that it names; write the page anew.`);return{names:t.names,target:t.target,intercept:t.intercept,rows:t.rows,weight:t.weight,weighted:t.weighted,mean:Float64Array.from(t.mean),centred:t.centred.map(n=>Float64Array.from(n)),centredLow:t.centred.map(()=>new Float64Array(e)),rounding:new Float64Array(e).fill(_r)}}function Yi(t,e,n){let r=t[t.length-1].length;if(!r)throw new E("There are no rows; add at least one.");if(t.forEach((s,o)=>Hr(s,e[o],r)),n&&Hr(n,"weights",r),n&&Array.prototype.some.call(n,s=>s<0))throw new E("A weight is negative; weights are zero or more.")}function Hr(t,e,n){if(t.length!==n)throw new E(`Column ${e} has ${t.length} rows and the target ${n}; give as many.`);for(let r=0;r<n;r+=1){if(!Number.isFinite(t[r]))throw new E(`Column ${e} has no number in row ${r+1}; give one.`);if(Math.abs(t[r])>Zi)throw new E(`Column ${e} holds ${t[r]} in row ${r+1}, whose square is too large; use a larger unit.`)}}function Ki(t,e,n,r){let s=t.length,o=t.map(()=>new Float64Array(s)),a=t.map(()=>new Float64Array(s)),i=t[0].length,c=t.map((l,h)=>Array.from({length:i},(p,d)=>W(A(l[d]),e[h])));for(let l=0;l<s;l+=1){let h=n?c[l].map((p,d)=>H(p,A(n[d]))):c[l];for(let p=l;p<s;p+=1){let d=q(He(i,u=>H(h[u],c[p][u])),r);o[l][p]=o[p][l]=d.hi,a[l][p]=a[p][l]=d.lo}}return{high:o,low:a}}function He(t,e){let n=A(0);for(let r=0;r<t;r+=1)n=D(n,e(r));return n}function Xi(t,e){return e?Array.prototype.filter.call(e,n=>n>0).length:t}function Qi(t){return Array.prototype.every.call(t,Number.isInteger)}var tc=1,_=1e9;function le(t){if(t?.schema!==tc)throw new E("These data are of another version of slopewise; write the page anew.");return{state:Jr(t),solution:t.solution,sample:t.sample,own:!1,source:t.source}}function jr(t,e){let n=t.start??{},{names:r,intercept:s}=e.state,o=r.length+(s?1:0),a=new Float64Array(o);n.parameters?.length===o&&a.set(n.parameters);let i=s?1:0,c=n.scale===!0;return{...Ur,...ec(n),data:e,start:a,rate:n.learning_rate??rc(e,c),momentum:n.momentum??0,scale:c,k:Math.min(Math.max(Math.round(n.k??0),0),_),playing:!1,pair:nc(r.length,i,o),slice:i}}var Ur={others:"held",feature:0,against:"targets",residuals:"sticks",costs:"log",span:"whole",camera:{turn:-35,tilt:28},task:null};function ec(t){return Object.fromEntries(Object.entries(t).filter(([e])=>Object.hasOwn(Ur,e)))}function nc(t,e,n){return t===1?[n-1,0]:[e,Math.min(e+1,n-1)]}function rc(t,e){let{limit:n}=ie(t.state,{solution:t.solution,scale:e}).rates;return Number.isFinite(n)&&n>0?Number((n/4).toPrecision(1)):.01}function ct(t){let e=null,n;return(...r)=>((!e||r.some((s,o)=>s!==e[o]))&&(n=t(...r),e=r),n)}var ce=class{constructor(e,n){Object.assign(this,e),this.derive=n}get plain(){return this.derive.plain(this.data)}get scaled(){return this.derive.scaled(this.data)}get problem(){return this.scale?this.scaled:this.plain}get descent(){return this.derive.descent(this.problem,this.start,this.rate,this.momentum)}get arrival(){return this.derive.arrival(this.descent)}get shown(){return Math.min(this.k,this.descent.lastFinite)}get stopped(){return this.descent.lastFinite<_&&this.k>=this.descent.lastFinite}get theta(){return this.derive.theta(this.descent,this.shown)}get next(){return this.shown<Math.min(this.descent.lastFinite,_)?this.derive.next(this.descent,this.shown+1):null}get cost(){return this.descent.costAt(this.shown)}get gap(){return this.descent.gapAt(this.shown)}get gradient(){return this.derive.gradient(this.plain,this.theta)}get steepness(){return Math.hypot(...this.gradient)}};function Br(t){let e={plain:ct(s=>ie(s.state,{solution:s.solution,scale:!1})),scaled:ct(s=>ie(s.state,{solution:s.solution,scale:!0})),descent:ct((s,o,a,i)=>kt(s,{start:o,rate:a,momentum:i})),arrival:ct(s=>s.iterationsTo(1e-6)),theta:ct((s,o)=>s.at(o)),next:ct((s,o)=>s.at(o)),gradient:ct((s,o)=>s.gradient(o))},n=new Set,r=new ce(t,e);return r.descent,{get:()=>r,update(s){let o=new ce({...sc(r),...s},e);try{o.descent}catch(a){return qt(a)}return r=o,n.forEach(a=>a()),""},subscribe(s){return n.add(s),()=>n.delete(s)}}}function sc(t){let{derive:e,...n}=t;return n}function qt(t){if(t instanceof E)return t.message;throw t}var oc=1200,ac=50,ic=1e7;function cc(t,e,n){let r=m("textarea",{rows:4,spellcheck:"false",placeholder:`size,price
1.0,300
2.0,500`,"aria-label":"A table as CSV text"}),s=m("input",{type:"file",accept:".csv,.tsv,.txt,text/csv",onchange:()=>s.files[0]&&p(s.files[0])}),o=m("label",{class:"field file"},m("span",{},"or a file"),s),a=m("p",{class:"message",role:"status"}),i=lc(u=>d(u)),c=hc(t,e,a),l=R("Back to the data of this page",()=>{k(a,""),e.take(le(n))});function h(u,g){let x=Tr(u),b=x.error?0:x.columns.filter(({kind:w})=>w==="number").length;k(a,x.error??(b<2?"A line needs two columns of numbers, and this table has fewer.":"")),i.offer(b<2?null:x,g)}async function p(u){if(u.size>ic)return k(a,"This file is larger than 10 MB; give slopewise the file instead.");h(await u.text(),u.name??"dropped text")}function d({table:u,target:g,features:x,source:b}){let w=Lr(u,{target:g,features:x}),$=w.error??e.takeRows(w,{source:b}),L=w.dropped?` ${tt(w.dropped,"row")} without a number in some column ${w.dropped===1?"is":"are"} left out.`:"";k(a,$||`Shown: ${tt(w.y.length,"row")}.${L}`)}return{element:m("div",{class:"stack"},r,m("div",{class:"row"},R("Read the text",()=>h(r.value,"pasted table"),"strong"),o),i.element,a,c.element,l),accept:p,draw(u){c.draw(u),l.hidden=!u.data.own},caption:()=>"Paste a table, drop a CSV file anywhere here, or edit the rows. Nothing leaves this page."}}function lc(t){let e="",n=P("Target",[],h=>{for(let p of c())p.value===e&&(p.checked=!0);e=h}),r=m("fieldset",{class:"choices"}),s=m("div",{class:"chooser",hidden:!0},n.element,r,R("Show it",()=>t(l()),"strong")),o=null,a="",i=n.element.querySelector("select"),c=()=>r.querySelectorAll("input"),l=()=>({table:o,source:a,target:i.value,features:Array.from(c()).filter(h=>h.checked&&h.value!==i.value).map(h=>h.value)});return{element:s,offer(h,p){o=h,a=p;let d=h?h.columns.filter(({kind:g})=>g==="number").map(({name:g})=>g):[];if(s.hidden=!h,!h)return;e=d.at(-1)??"",n.show(d.map(g=>[g,g]),e);let u=d.map((g,x)=>{let b=Dt(g,()=>{}),w=b.element.querySelector("input");return w.value=g,w.checked=x<Math.min(d.length-1,ac),b.element});r.replaceChildren(m("legend",{},"Features"),...u),d.length===2&&t(l())}}}function hc(t,e,n){let r=m("tr",{}),s=m("tbody",{}),o=R("Add a row",()=>{let{sample:d}=t.get().data;e.addRow(d.x.map(u=>u.at?.(-1)??0),d.y[d.y.length-1]??0)}),a=m("details",{class:"editor"},m("summary",{},"Edit the table"),m("div",{class:"table"},m("table",{},m("thead",{},r),s)),o),i=(d,u,g)=>{let x=ht(g.value);k(n,x===null?`\u201C${g.value.slice(0,20)}\u201D is no number; the cell keeps what it had.`:e.setCell(d,u,x)),h(t.get(),!0)},c=d=>k(n,e.removeRow(d)),l=null;function h(d,u=!1){let{state:g,sample:x}=d.data;if(a.hidden=!(x?.complete&&x.y.length*(g.names.length+1)<=oc),a.hidden||!a.open||l===d.data&&!u)return;l=d.data;let b=[...g.names,g.target];r.replaceChildren(...b.map(w=>m("th",{scope:"col"},w)),m("td",{})),s.firstElementChild&&s.firstElementChild.childElementCount!==b.length+1&&s.replaceChildren(),T(s,x.y.length,w=>p(b,w)).forEach((w,$)=>{b.forEach((L,S)=>{let I=w.children[S].firstElementChild;I.value=C(S<g.names.length?x.x[S][$]:x.y[$]),I.setAttribute("aria-label",`${L}, row ${$+1}`)})})}function p(d,u){let g=d.map((x,b)=>{let w=m("input",{type:"text",inputmode:"decimal",size:8,onchange:()=>i(u,b,w)});return m("td",{},w)});return m("tr",{},...g,m("td",{},m("button",{type:"button",class:"small","aria-label":`Delete row ${u+1}`,onclick:()=>c(u)},"\xD7")))}return a.addEventListener("toggle",()=>h(t.get())),{element:a,draw:h}}var Vr={id:"table",title:"Your own data",create:cc};var pc=8,dc=.9,uc=.1,Gr=.5,mc=1e-13;function fc(t,e){return Math.min(t+e*Math.max(pc,dc*t),_)}function Yr(t,e,n){let r=0,s=0;function o(){t.get().playing&&t.update({playing:!1})}function a(c){let l=t.get();if(!l.playing)return;let h=s?(c-s)/1e3:0;if(s&&n()&&h<Gr)return e(a);let p=Math.min(h,n()?Gr:uc);s=c,Math.floor(r)!==l.k&&(r=l.k),r=fc(r,p);let d=Math.floor(r),u=Zr(l);(d!==l.k||u)&&t.update(u?{playing:!1}:{k:d}),u||e(a)}function i(){let c=t.get();if(c.playing)return o();let l=Zr(c)?0:c.k;r=l,s=0,t.update({playing:!0,k:l}),e(a)}return{toggle:i,stop:o,frame:a}}function Zr(t){return t.k>=_||t.stopped?!0:t.gap<=mc*t.descent.gapAt(0)}var K=(...t)=>t.join(" "),_e=t=>new Float64Array(t.problem.k),rt=(t,e)=>Number(t.toPrecision(e)),he=(t,e,n)=>kt(t,{start:_e(e),rate:n}),Mt=(t,e,n,r={})=>({start:_e(t),rate:e,k:n,momentum:0,scale:!1,playing:!1,...r});function Kr(t){let{best:e,limit:n}=t.plain.rates,r=rt(n*.9998,4);return[rt(n/58,1),e,r<n?r:n*.9998]}function Qr(t){let e=t.iterationsTo(1e-6);return e===null?"no number of steps":tt(e,"step")}var gc={id:"threshold",title:"Where does descent stop diverging?",fits:()=>!0,question(t){let e=rt(t.plain.rates.limit*1.37,1);return K(`At \u03B1 = ${f(e)} the cost grows with every step. How small must \u03B1 be for descent to converge on these data?`,"Write down the largest rate that you would trust.")},reveal(t){let{limit:e}=t.plain.rates,n=rt(e*1.37,1),r=he(t.plain,t,n),s=K(`Below 2/\u03BBmax = ${f(e,4)}. The strongest mode is multiplied by 1 \u2212 \u03B1\u03BBmax in every step, and that must`,`stay inside of \xB11. At \u03B1 = ${f(n)} a step multiplies the cost by ${V(r.factorPerStep)}:`,`ten steps make it ${f(r.costAt(10),3)}, as shown now.`);return{answer:e,text:s,shown:Mt(t,n,10)}}},xc={id:"patience",title:"Why are 1000 steps not the optimum?",fits:t=>t.plain.condition>2,question(t){return`From zero, at \u03B1 = ${f(rt(t.plain.rates.limit*.6,1))}: how many steps until the cost above the optimum is a millionth of what it was?`},reveal(t){let e=rt(t.plain.rates.limit*.6,1),n=he(t.plain,t,e),r=n.slowestIterationsTo(1e-6),s=K(`After ${Qr(n)}. A thousand give J = ${f(n.costAt(1e3),5)}, where the least is`,`${f(t.plain.minimum,4)}: \u03BA = ${f(t.plain.condition,3)}, so a rate that the steepest direction bears`,`is tiny for the flattest, whose error takes ${M(r)} steps to shrink to a millionth.`);return{answer:n.iterationsTo(1e-6)??1/0,text:s,shown:Mt(t,e,1e3)}}},bc={id:"faster",title:"Is a larger rate always faster?",fits:t=>t.plain.condition>2,question:()=>"Which of these rates brings the cost to a millionth above the optimum first?",choices:t=>Kr(t).map(e=>`\u03B1 = ${f(e,4)}`),reveal(t){let e=Kr(t),n=e.map(s=>{let o=he(t.plain,t,s),a=M(o.slowestIterationsTo(1e-6));return`\u03B1 = ${f(s,4)} takes ${Qr(o)} (its slowest mode ${a})`});return{answer:1,text:K(`The second, 2/(\u03BBmin + \u03BBmax): ${n.join("; ")}. Beyond the best rate the strongest mode swings from side to side,`,"the longer the nearer \u03B1 is to the limit."),shown:Mt(t,e[1],0)}}},yc={id:"height",title:"How high is the cost there?",fits:t=>t.problem.p===1&&t.problem.intercept&&t.plain.rank===2,question(t){let[e,n]=Xr(t);return`What is J at w = ${f(e,4)} and b = ${f(n,4)}? Take half the mean of the squared residuals.`},reveal(t){let[e,n]=Xr(t),r=Float64Array.of(n,e),s=U(t.plain,1,0),o=t.plain.gradient(r)[1],a=K(`J = ${f(s.cost(e,n),6)}. Along w its slope there is ${f(o,4)}; at w = ${f(2*e,4)} it is`,`0, and at ${f(3*e,4)} it is ${f(-o,4)}: a parabola, the same on both sides.`);return{answer:s.cost(e,n),text:a,shown:Mt(t,t.rate,0,{start:r,slice:1})}}};function Xr(t){return[t.plain.optimum[1]/2,t.plain.optimum[0]].map(e=>rt(e,12))}var wc={id:"units",title:"What do the units of the features cost?",fits:t=>t.problem.k>1&&t.scaled.condition<t.plain.condition,question(t){return K(`The condition number is ${f(t.plain.condition,3)}, so descent needs a number of steps of that order.`,"What is it once every feature is standardised?")},reveal(t){let{limit:e}=t.scaled.rates,n=rt(e*.75,1),r=he(t.scaled,t,n),s=K(`${f(t.scaled.condition,3)}. The rate may then be up to ${f(e,3)}, and \u03B1 = ${f(n)} reaches`,`J = ${f(r.costAt(10),2)} in ten steps, as shown now. Nothing but the units of the features has changed.`);return{answer:t.scaled.condition,text:s,shown:Mt(t,n,10,{scale:!0})}}},vc={id:"many",title:"Which fit does descent find?",fits:t=>t.plain.rank<t.plain.k,question:t=>K(`${tt(t.data.state.rows,"row")} and ${M(t.plain.k)} parameters, of which ${M(t.plain.rank)} can be`,"told apart. How many settings of the parameters fit best?"),choices:()=>["one","a few","infinitely many"],reveal(t){let e=t.plain.nearest(_e(t)),r=N(t.data.state).slice(0,8).map((o,a)=>`${o} = ${f(e[a],4)}`);return{answer:2,text:K("Infinitely many: along some directions the cost is flat, and descent never moves there.",`From zero it finds the one nearest to zero: ${r.join(", ")}.`),shown:Mt(t,t.plain.rates.best,1e9)}}},ts=[gc,xc,bc,yc,wc,vc];var es=1.25;function kc(t){let e=P("Task",[],u=>t.update({task:u})),n=m("p",{class:"question"}),r=m("input",{type:"text",inputmode:"decimal",autocomplete:"off",size:12}),s=m("label",{class:"field"},m("span",{},"My prediction"),r),o=m("fieldset",{class:"choices"}),a=m("p",{class:"fault",role:"alert"}),i=m("p",{class:"answer",role:"status"}),c=R("Reveal",()=>d(),"strong"),l=null,h=null;function p(){if(l.choices){let u=o.querySelector("input:checked");return u?Number(u.value):null}return ht(r.value)}function d(){let u=p();if(k(a,u===null?l.choices?"Choose one first.":"Write a number first: predicting is what makes it stay.":""),u===null)return;let{answer:g,text:x,shown:b}=l.reveal(t.get()),w=t.update(b);k(i,w||`${$c(l,u,g)} ${x}`)}return r.addEventListener("keydown",u=>u.key==="Enter"&&d()),{element:m("div",{class:"stack"},e.element,n,s,o,m("div",{class:"row"},c),a,i),draw(u){let g=ts.filter(w=>w.fits(u)),x=g.find(w=>w.id===u.task)??g[0];if(e.show(g.map(({id:w,title:$})=>[w,$]),x.id),h===u.data&&l===x)return;l=x,h=u.data,k(n,x.question(u)),k(i,""),k(a,""),r.value="",s.hidden=!!x.choices,o.hidden=!x.choices;let b=j("choice");o.replaceChildren(m("legend",{},"My prediction"),...(x.choices?.(u)??[]).map((w,$)=>m("label",{class:"field check"},m("input",{type:"radio",name:b,value:$}),m("span",{},w))))},caption:()=>"Say what will happen, then see whether it does."}}function $c(t,e,n){if(t.choices)return e===n?"Right.":"Not so.";let r=e/n,s=`You said ${f(e)}.`;return r>0&&r<es&&r>1/es?`${s} Well predicted.`:s}var ns={id:"tasks",title:"Predict, then reveal",create:kc};var de=3,ss=.6,rs=.01,We=[{key:"one",text:"1/\u03BBmax",heavy:"1/\u03BBmax",mark:"circle",title:"the strongest mode is gone in one step"},{key:"best",text:"2/(\u03BBmin + \u03BBmax)",heavy:"2(1 + \u03B2)/(\u03BBmin + \u03BBmax)",mark:"diamond",title:"the fastest constant rate"},{key:"limit",text:"2/\u03BBmax",heavy:"2(1 + \u03B2)/\u03BBmax",mark:"square",title:"from here on descent diverges"}];function os(t){let e=()=>t.get().descent.rates.limit,n=h=>t.update({rate:h}),r=Ht("Learning rate \u03B1",{take:h=>n(Number(h.toPrecision(4))),value:h=>e()*10**(h*(de+ss)-de),position:h=>pe(h,e()),nudge:(h,p)=>h*10**(rs*p),text:h=>f(h)}),s=st("\u03B1",{name:"Learning rate \u03B1",take:n,nudge:(h,p)=>Number((h*10**(rs*p)).toPrecision(4))}),o=We.map(({mark:h})=>y("svg",{class:`tick ${h}`,viewBox:"-7 -7 14 14",width:14,height:14,"aria-hidden":"true"},O(h,4))),a=m("div",{class:"track","aria-hidden":"true"},...["glides","swings","grows"].map(h=>m("span",{class:h})),...o),i=We.map(({key:h,text:p,heavy:d,mark:u,title:g})=>{let x=m("span",{}),b=m("b",{});return{element:m("button",{type:"button",class:"mark",title:g,onclick:()=>n(t.get().descent.rates[h])},y("svg",{class:`key ${u}`,viewBox:"-7 -7 14 14",width:12,height:12,"aria-hidden":"true"},O(u,4)),x,b),label:x,value:b,key:h,text:p,heavy:d}}),c=m("p",{class:"sentence","aria-live":"polite"});return{element:m("section",{class:"rating","aria-label":"Learning rate"},m("div",{class:"slide rate"},a,r.element),s.element,m("div",{class:"marks"},...i.map(h=>h.element)),c),place:"bar",draw(h){let{rates:p}=h.descent;v(a,{style:`--one: ${pe(p.one,p.limit)}; --limit: ${pe(p.limit,p.limit)}`}),We.forEach(({key:d},u)=>v(o[u],{style:`--at: ${pe(p[d],p.limit)}`})),i.forEach(({element:d,label:u,value:g,key:x,text:b,heavy:w})=>{k(u,h.momentum?w:b),k(g,f(p[x],4)),v(d,{"aria-pressed":String(h.rate===p[x])})}),r.show(h.rate),s.show(h.rate),v(c,{class:`sentence ${h.descent.status.replace(" ","-")}`}),k(c,h.descent.sentence)}}}function pe(t,e){return(Math.log10(t/e)+de)/(de+ss)}var Mc=/^[A-Za-z_][A-Za-z0-9_.]*$/,Ac=1e5,Ec=500;function cs(t){let e=t.k>Ac,n=[`learning_rate=${C(t.rate)}`,`iterations=${e?0:t.k}`,...t.scale?["scale=True"]:[],...t.momentum?[`momentum=${C(t.momentum)}`]:[],...ds(t.start)?[`start=[${us(t.start)}]`]:[],"tolerance=0"];return["import slopewise as sw","",...Fc(t),`run = sw.descend(state, ${n.join(", ")})`,e?`print(run.at(${t.k}), run.cost_at(${t.k}))`:"print(run.path[-1], run.costs[-1])",""].join(`
`)}function ls(t){if(ds(t.start))return{text:null,note:"The command starts at zero; copy as Python to start elsewhere."};if(t.rows?.weights)return{text:null,note:"Rows with weights need a file; copy as Python."};let e=[`--learning-rate ${C(t.rate)}`,`--iterations ${t.k}`,...t.scale?["--scale"]:[],...t.momentum?[`--momentum ${C(t.momentum)}`]:[],"--tolerance 0"],n=!t.rows&&t.data,r=n?t.data:"data.csv";return{text:["slopewise descend",is(Tc(r)),is(ps(t)),...e].join(" "),note:n?null:"Save the table as data.csv first."}}function hs({names:t,target:e,rows:n}){let r=[...t,e].map(Lc).join(","),s=Array.from(n.y,(o,a)=>[...n.x.map(i=>i[a]),o].map(C).join(","));return`${[r,...s].join(`
`)}
`}function ps({formula:t,names:e,target:n,intercept:r}){return t??`${as(n)} ~ ${[...e.map(as),...r?[]:["0"]].join(" + ")}`}function Fc(t){let e=ue(ps(t));if(!t.rows){let i=t.data?ue(t.data):"data";return[...t.data?[]:["# data: the table that this page was made from"],`state = sw.collect(${e}, ${i})`]}let{x:n,y:r,weights:s}=t.rows;if((n.length+1)*r.length>Ec)return["# data.csv: the table of this page, saved",`state = sw.collect(${e}, "data.csv")`];let o=s?Sc([...t.names,t.target]):null;return["data = {",...[...n.map((i,c)=>[t.names[c],i]),[t.target,r],...o?[[o,s]]:[]].map(([i,c])=>`    ${ue(i)}: [${us(c)}],`),"}",`state = sw.collect(${e}, data${o?`, weights=${ue(o)}`:""})`]}function Sc(t){let e="weight";for(;t.includes(e);)e+="_";return e}function ds(t){return t?Array.prototype.some.call(t,e=>e!==0):!1}function us(t){return Array.from(t,C).join(", ")}function as(t){return Mc.test(t)?t:`\`${t.replaceAll("`","``")}\``}function ue(t){return JSON.stringify(t)}function is(t){return/^[\w./-]+$/.test(t)?t:`'${t.replaceAll("'","'\\''")}'`}function Tc(t){return t.startsWith("-")?`./${t}`:t}function Lc(t){return/^[^",;\t\r\n]*$/.test(t)&&t===t.trim()&&t?t:`"${t.replaceAll('"','""')}"`}function Oc(t,e,n){let r=fs("Python"),s=fs("Command"),o=m("p",{class:"note"}),a=R("Save the table as CSV",()=>{ae(new Blob([hs(ms(t.get(),n))],{type:"text/csv"}),"data.csv")});return{element:m("div",{class:"stack pair"},r.element,m("div",{class:"stack"},s.element,o,a)),draw(i){let c=ms(i,n);r.show(cs(c));let{text:l,note:h}=ls(c);s.show(l??""),s.element.hidden=l===null,k(o,h??""),a.hidden=!c.rows},caption:()=>"The same descent, reproduced outside of this page."}}function ms(t,e){let{state:n,sample:r,own:s}=t.data;return{formula:s?null:e.formula,data:s?null:e.data_argument,names:n.names,target:n.target,intercept:n.intercept,rows:s?r:null,rate:t.rate,k:t.shown,momentum:t.momentum,scale:t.scale,start:t.start}}function fs(t){let e=m("code",{}),n=m("span",{class:"status",role:"status"}),r=R(`Copy as ${t==="Python"?t:t.toLowerCase()}`,async()=>{k(n,await Nc(e)?"Copied":"Selected: press Ctrl+C")}),s=m("pre",{tabindex:0,role:"region","aria-label":t},e);return{element:m("div",{class:"snippet"},m("div",{class:"row"},r,n),s),show(o){e.textContent!==o&&k(n,""),k(e,o)}}}async function Nc(t){try{return await navigator.clipboard.writeText(t.textContent),!0}catch{let e=document.createRange();e.selectNodeContents(t);let n=getSelection();return n?.removeAllRanges(),n?.addRange(e),!1}}var gs={id:"reproduce",title:"Copy this run",create:Oc};var xs={start:"M4,3V15H6V3ZM15,3V15L7,9Z",back:"M12,3V15L4,9ZM13,3H15V15H13Z",play:"M4,2V16L16,9Z",pause:"M4,3H8V15H4ZM10,3H14V15H10Z",forward:"M6,3V15L14,9ZM3,3H5V15H3Z"};function me(t,e,n){let r=y("path",{d:xs[t]});return{element:m("button",{type:"button",class:"icon","aria-label":e,title:e,onclick:n},y("svg",{viewBox:"0 0 18 18",width:18,height:18,"aria-hidden":"true"},r)),shape:r}}var Rc="this rate diverges, and one more step overflows",bs=Math.log1p(_),ys=t=>Math.log1p(t)/bs,Cc=t=>Math.round(Math.expm1(t*bs));function Pc(t,e){let n=Math.max(1,Math.round(t/100));return Math.max(0,Math.min(_,t+e*n))}function ws(t,e){let n=d=>t.update({k:Math.max(0,Math.min(_,Math.round(d))),playing:!1}),r=me("start","Back to the start",()=>n(0)),s=me("back","One step back",()=>n(t.get().shown-1)),o=me("play","Play",()=>e.toggle()),a=me("forward","One step forward",()=>n(t.get().shown+1)),i=Ht("Iteration k",{take:n,value:Cc,position:ys,nudge:Pc,text:d=>`iteration ${M(d)}`}),c=st("k",{name:"Iteration k",take:d=>Number.isInteger(d)&&d>=0&&d<=_?n(d):`Give a whole number from 0 to ${M(_)}.`,nudge:(d,u)=>Math.max(0,Math.min(_,Math.round(d)+u))}),l=m("div",{class:"scale","aria-hidden":"true"},...qc()),h=m("p",{class:"stopped",role:"status"});return{element:m("section",{class:"stepping","aria-label":"Iteration"},m("div",{class:"buttons"},r.element,s.element,o.element,a.element),m("div",{class:"slide"},i.element,l),c.element,h),place:"bar",draw(d){v(o.shape,{d:xs[d.playing?"pause":"play"]}),v(o.element,{"aria-label":d.playing?"Pause":"Play",title:d.playing?"Pause":"Play"}),v(s.element,{"aria-disabled":d.shown===0?"true":null}),i.show(d.shown),c.show(d.shown);let u=d.descent.lastFinite;k(h,d.stopped?`Stopped at iteration ${M(u)}, the last whose numbers fit into a float: ${Rc}.`:""),h.hidden=!d.stopped}}}function qc(){return[0,1,10,100,1e3,1e4,1e5,1e6,1e7,1e8,1e9].map(t=>{let e=t<1e3?String(t):`10${"\u2070\xB9\xB2\xB3\u2074\u2075\u2076\u2077\u2078\u2079"[Math.round(Math.log10(t))]}`,n=m("span",{class:t===1||t&&Math.log10(t)%3?"minor":""},e);return n.style.setProperty("--at",String(ys(t))),n})}var vs=`/* Cards and what stands in them besides pictures: captions, numbers, tables, tasks, code. */

/* The cards: those side by side share the heights of their rows, so that pictures line up */
.cards {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr));
  column-gap: 20px;
}
.card {
  display: grid;
  grid-row: span 4;
  grid-template-rows: subgrid;
  grid-template-columns: minmax(0, 1fr);
  row-gap: 8px;
  align-content: start;
  min-width: 0;
  margin-bottom: 20px;
  padding: 16px 18px 12px;
  border: 1px solid var(--rule);
  border-radius: 10px;
  background: var(--panel);
}
.card h3 {
  font-size: 16.5px;
  font-weight: 650;
  line-height: 1.3;
}
.caption {
  margin-top: 3px;
  color: var(--soft);
  font-size: 13.5px;
  line-height: 1.45;
}
.absent {
  color: var(--soft);
  margin-top: 6px;
}
.options {
  display: flex;
  flex-wrap: wrap;
  gap: 6px 12px;
}
.options .field,
.options select,
.options button {
  font-size: 13px;
}
.options select,
.options button {
  min-height: 28px;
  padding-block: 2px;
}
.body {
  min-width: 0;
}
.stack {
  display: grid;
  gap: 10px;
  align-content: start;
  grid-template-columns: minmax(0, 1fr);
  justify-items: start;
}
.card[data-view="reproduce"] {
  grid-column: 1 / -1;
}
.pair {
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
  column-gap: 24px;
  justify-items: stretch;
}
.snippet {
  min-width: 0;
}
.stack > * {
  max-width: 100%;
}
.stack > :is(.table, .snippet, textarea, details, dl, .chooser) {
  width: 100%;
}
.row {
  display: flex;
  flex-wrap: wrap;
  gap: 8px 14px;
  align-items: center;
}
.note,
.message {
  color: var(--soft);
  font-size: 13.5px;
}
.note:empty,
.message:empty,
.answer:empty,
.fault:empty {
  display: none;
}
p.fault {
  color: var(--vermillion);
  font-size: 14px;
}
button.strong {
  background: var(--ink);
  color: var(--panel);
  border-color: var(--ink);
  font-weight: 600;
}
.question {
  font-size: 15px;
}
.answer {
  padding: 10px 12px;
  border-left: 3px solid var(--green);
  background: var(--wash);
  border-radius: 0 6px 6px 0;
  font-size: 14.5px;
}
.choices {
  border: 0;
  margin: 0;
  padding: 0;
  display: flex;
  flex-wrap: wrap;
  gap: 4px 16px;
}
.choices legend {
  padding: 0;
  font-size: 14px;
  color: var(--soft);
  margin-bottom: 2px;
}
.chooser {
  display: grid;
  gap: 8px;
  justify-items: start;
}
textarea {
  width: 100%;
  resize: vertical;
  font:
    13px/1.45 ui-monospace,
    SFMono-Regular,
    Menlo,
    Consolas,
    "Liberation Mono",
    monospace;
}
.file input {
  font: inherit;
  font-size: 13px;
  max-width: 210px;
}
.editor input {
  width: 92px;
  font: inherit;
  font-size: 13px;
  min-height: 28px;
  padding: 2px 6px;
  text-align: right;
  color: var(--ink);
  background: var(--panel);
  border: 1px solid light-dark(#8b9199, #6d7580);
  border-radius: 4px;
}
.editor[open] > button {
  margin-top: 8px;
}
pre {
  margin: 6px 0 0;
  padding: 10px 12px;
  overflow: auto;
  max-height: 260px;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
  background: var(--wash);
  border: 1px solid var(--rule);
  border-radius: 6px;
}
code,
.arithmetic {
  font:
    12.5px/1.5 ui-monospace,
    SFMono-Regular,
    Menlo,
    Consolas,
    "Liberation Mono",
    monospace;
}
.arithmetic {
  margin: 6px 0 0;
  padding: 2px;
  max-height: 300px;
  overflow: auto;
  list-style: none;
  overflow-wrap: anywhere;
}
.arithmetic li:nth-child(even) {
  margin-bottom: 8px;
}
.checked > p {
  margin: 8px 0 4px;
  font-size: 14px;
}
th[scope="row"] {
  text-align: left;
  position: static;
  background: none;
}
.numbers {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 24px;
  margin-top: 8px;
  padding-top: 8px;
  border-top: 1px solid var(--rule);
}
.numbers.all {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(104px, 1fr));
  margin: 0;
  padding: 0;
  border: 0;
}
.numbers dt {
  font-size: 12px;
  color: var(--soft);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.numbers dd {
  font-size: 15px;
  font-variant-numeric: tabular-nums;
  white-space: nowrap;
}
.foot {
  display: flex;
  flex-wrap: wrap;
  justify-content: space-between;
  align-items: flex-start;
  gap: 4px 12px;
  align-self: end;
}
.data-table {
  flex: 1 1 130px;
  min-width: 0;
  font-size: 13px;
}
summary {
  cursor: pointer;
  color: var(--soft);
  font-size: 13px;
  line-height: 26px;
  width: max-content;
  max-width: 100%;
  border-radius: 4px;
}
.data-table[open] {
  flex-basis: 100%;
  order: 2;
}
.table {
  max-height: 260px;
  overflow: auto;
  margin-top: 4px;
  border: 1px solid var(--rule);
  border-radius: 6px;
}
table {
  border-collapse: collapse;
  width: 100%;
  font-size: 13px;
  font-variant-numeric: tabular-nums;
}
th,
td {
  padding: 3px 10px;
  text-align: right;
  white-space: nowrap;
}
th {
  position: sticky;
  top: 0;
  background: var(--wash);
  font-weight: 600;
}
tbody th {
  text-align: left;
  white-space: normal;
  overflow-wrap: anywhere;
  min-width: 84px;
}
table:has(tbody th) thead th:first-child {
  text-align: left;
}
tbody tr:nth-child(even) {
  background: var(--wash);
}
.exports {
  display: flex;
  align-items: center;
  gap: 6px;
  margin-left: auto;
}
.status {
  font-size: 12.5px;
  color: var(--soft);
}

.legend {
  display: flex;
  flex-wrap: wrap;
  gap: 2px 16px;
  margin-top: 4px;
  font-size: 12.5px;
  color: var(--soft);
}
.legend li {
  display: inline-flex;
  align-items: center;
  gap: 6px;
}
.legend .glides .mark {
  fill: var(--blue);
}
.legend .swings .mark {
  fill: var(--orange);
}
.legend .grows .mark {
  fill: var(--vermillion);
}
`;var ks=`/* Controls: buttons, fields, sliders, and the bar that stays in sight. */

/* The bar of controls */
.controls {
  display: grid;
  gap: 10px;
  padding: 14px 16px;
  margin-bottom: 20px;
  border: 1px solid var(--rule);
  border-radius: 10px;
  background: var(--wash);
}
.controls:empty {
  display: none;
}
.stepping,
.rating {
  display: grid;
  grid-template-columns: 172px minmax(0, 1fr) 182px;
  align-items: start;
  gap: 6px 18px;
}
.rating {
  grid-template-areas: "name slide field" "none marks marks" "none words words";
}
.stepping .buttons {
  display: flex;
  gap: 4px;
}
.rating::before {
  content: "Learning rate \u03B1";
  grid-area: name;
  font-weight: 600;
  line-height: 34px;
}
.rating .slide {
  grid-area: slide;
}
.rating .field {
  grid-area: field;
}
.rating .marks {
  grid-area: marks;
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
}
.sentence {
  grid-area: words;
  font-size: 15px;
}
.sentence::before {
  content: "\u25CF";
  margin-right: 7px;
  color: var(--blue);
}
.sentence.zig-zags::before {
  content: "\u25C6";
  color: var(--orange);
}
.sentence.diverges::before {
  content: "\u25B2";
  color: var(--vermillion);
}
.sentence.stands-still::before {
  content: "\u25A0";
  color: var(--soft);
}
.stopped {
  grid-column: 2 / -1;
  color: var(--vermillion);
  font-weight: 600;
}

button {
  font: inherit;
  font-size: 14px;
  color: inherit;
  min-height: 32px;
  padding: 3px 11px;
  border: 1px solid var(--rule);
  border-radius: 7px;
  background: var(--panel);
  cursor: pointer;
}
button:hover {
  border-color: var(--soft);
}
button[aria-pressed="true"] {
  border-color: var(--blue);
  box-shadow: inset 0 0 0 1px var(--blue);
}
button[aria-disabled="true"] {
  opacity: 0.45;
  cursor: default;
}
button.icon {
  display: inline-grid;
  place-items: center;
  width: 40px;
  height: 34px;
  padding: 0;
}
button.icon path {
  fill: var(--ink);
}
button.small {
  font-size: 12.5px;
  min-height: 26px;
  padding: 1px 8px;
  color: var(--soft);
}
button.quiet {
  background: none;
  align-self: start;
  color: var(--soft);
  font-size: 13px;
}
button.mark {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  font-size: 13.5px;
  min-height: 28px;
  padding: 1px 10px;
}
button.mark b {
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
:is(button, input, select, summary, a, textarea, .table):focus-visible {
  outline: 2.5px solid var(--focus);
  outline-offset: 2px;
}

.field {
  display: inline-flex;
  align-items: center;
  gap: 7px;
  font-size: 14px;
  position: relative;
}
.field > span:first-child {
  color: var(--soft);
  white-space: nowrap;
}
.field input[type="text"],
select,
textarea {
  font: inherit;
  font-size: 14px;
  color: var(--ink);
  background: var(--panel);
  border: 1px solid light-dark(#8b9199, #6d7580);
  border-radius: 6px;
  padding: 4px 8px;
  min-height: 32px;
  min-width: 0;
}
.field input[type="text"] {
  width: 112px;
  font-variant-numeric: tabular-nums;
}
.field input[aria-invalid] {
  border-color: var(--vermillion);
}
.field .fault:not(:empty) {
  position: absolute;
  z-index: 3;
  top: 100%;
  right: 0;
  width: max-content;
  max-width: 230px;
  margin-top: 4px;
  padding: 4px 9px;
  border: 1px solid var(--vermillion);
  border-radius: 6px;
  background: var(--panel);
  color: var(--ink);
  font-size: 13px;
}
.stepping > .field input[type="text"],
.rating > .field input[type="text"] {
  width: 150px;
}
.stepping > .field,
.rating > .field {
  justify-content: flex-end;
}
select {
  padding-right: 4px;
  max-width: 210px;
  text-overflow: ellipsis;
}
.check input {
  width: 18px;
  height: 18px;
  accent-color: var(--blue);
}

/* What else a run is made of */
.run-options,
.starts {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 8px 22px;
  font-size: 14px;
}
.run-options {
  margin: -6px 0 20px;
  padding: 0 4px;
}
.run-options .field input[type="text"] {
  width: 84px;
}
.starts {
  gap: 8px 14px;
}
.soft {
  color: var(--soft);
}
.soft:empty {
  display: none;
}

/* Sliders */
.slide {
  position: relative;
  padding-top: 3px;
}
input[type="range"] {
  -webkit-appearance: none;
  appearance: none;
  display: block;
  width: 100%;
  height: 28px;
  margin: 0;
  background: none;
  cursor: pointer;
  touch-action: pan-y;
}
input[type="range"]::-webkit-slider-runnable-track {
  height: 4px;
  border-radius: 2px;
  background: light-dark(#b9beb9, #4a515c);
}
input[type="range"]::-moz-range-track {
  height: 4px;
  border-radius: 2px;
  background: light-dark(#b9beb9, #4a515c);
}
input[type="range"]::-webkit-slider-thumb {
  -webkit-appearance: none;
  width: 20px;
  height: 20px;
  margin-top: -8px;
  border: 2.5px solid var(--panel);
  border-radius: 50%;
  background: var(--ink);
  box-shadow: 0 0 0 1px var(--ink);
}
input[type="range"]::-moz-range-thumb {
  width: 16px;
  height: 16px;
  border: 2.5px solid var(--panel);
  border-radius: 50%;
  background: var(--ink);
  box-shadow: 0 0 0 1px var(--ink);
}
.scale {
  position: relative;
  height: 17px;
  margin: -3px 10px 0;
  font-size: 11.5px;
  color: var(--soft);
}
.scale span {
  position: absolute;
  left: calc(var(--at) * 100%);
  transform: translateX(-50%);
  white-space: nowrap;
}
.rate {
  --inset: 10px;
}
.rate input::-webkit-slider-runnable-track {
  background: none;
}
.rate input::-moz-range-track {
  background: none;
}
.track {
  position: absolute;
  top: 3px;
  left: 10px;
  right: 10px;
  height: 28px;
  pointer-events: none;
}
.track span {
  position: absolute;
  top: 11px;
  height: 6px;
}
.track .glides {
  left: 0;
  width: calc(var(--one) * 100%);
  background: var(--blue);
  border-radius: 3px 0 0 3px;
}
.track .swings {
  left: calc(var(--one) * 100%);
  width: calc((var(--limit) - var(--one)) * 100%);
  background: repeating-linear-gradient(90deg, var(--orange) 0 5px, var(--wash) 5px 7px);
}
.track .grows {
  left: calc(var(--limit) * 100%);
  right: 0;
  background: repeating-linear-gradient(135deg, var(--vermillion) 0 3px, var(--wash) 3px 6px);
  border-radius: 0 3px 3px 0;
}
.tick {
  position: absolute;
  left: calc(var(--at) * 100%);
  top: 19px;
  transform: translateX(-50%);
  overflow: visible;
}
.key .mark,
.tick .mark {
  fill: var(--ink);
}
`;var $s=`/* The ground of an explorer, inside its shadow root: colours in both themes, text, and the head. Colours are Okabe and Ito's; nothing depends on colour alone. */

:host {
  display: block;
  container-type: inline-size;
  --paper: light-dark(#ffffff, #14181c);
  --panel: light-dark(#ffffff, #1b1f24);
  --wash: light-dark(#f5f6f4, #22272e);
  --ink: light-dark(#1d2126, #e7e9ec);
  --soft: light-dark(#565c64, #a9b0b9);
  --rule: light-dark(#dcdedb, #363c45);
  --grid: light-dark(#ecedea, #2a2f37);
  --blue: light-dark(#0072b2, #56b4e9);
  --vermillion: light-dark(#d55e00, #f0824a);
  --green: light-dark(#009e73, #2fc79b);
  --purple: light-dark(#a8558a, #d99bc1);
  --orange: light-dark(#b57b00, #e6a817);
  --focus: light-dark(#0a58ca, #8ab4ff);
  color: var(--ink);
  font:
    400 15px/1.5 -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    sans-serif;
  -webkit-text-size-adjust: 100%;
}

*,
*::before,
*::after {
  box-sizing: border-box;
}
[hidden] {
  display: none !important;
}
h1,
h2,
h3,
h4,
p,
dl,
dd,
ul,
figure {
  margin: 0;
  padding: 0;
}
ul {
  list-style: none;
}
.explorer {
  background: var(--paper);
}
:host([data-hash]) .explorer {
  max-width: 1500px;
  margin: 0 auto;
  padding: 26px clamp(12px, 3vw, 44px) 40px;
}

/* The head */
.head {
  display: grid;
  grid-template-columns: 1fr auto;
  gap: 4px 16px;
  padding: 4px 0 16px;
}
.head :is(h1, h2) {
  font-size: 22px;
  line-height: 1.25;
  font-weight: 650;
  letter-spacing: -0.01em;
  overflow-wrap: anywhere;
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  overflow: hidden;
}
.rank {
  grid-column: 1 / -1;
  font-size: 14px;
  max-width: 130ch;
}
.rank:empty {
  display: none;
}
.source {
  color: var(--soft);
  font-size: 14px;
  overflow-wrap: anywhere;
}
.model {
  grid-column: 1 / -1;
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 2px 28px;
  margin-top: 6px;
}
.equation,
.cost {
  font:
    400 20px/1.4 "STIX Two Text",
    Cambria,
    Georgia,
    "Liberation Serif",
    "Times New Roman",
    serif;
  font-variant-numeric: lining-nums tabular-nums;
  overflow-wrap: anywhere;
}
.cost {
  color: var(--soft);
}
i,
var {
  font-family: "STIX Two Text", Cambria, Georgia, "Liberation Serif", "Times New Roman", serif;
  font-style: italic;
}
`;var Ms=`/* Pictures: the shapes in them, told apart by colour and by mark or dashes. */

.frame {
  min-width: 0;
}
.picture {
  display: block;
  width: 100%;
  overflow: visible;
  background: var(--panel);
  font:
    12px -apple-system,
    "Segoe UI",
    Roboto,
    "Helvetica Neue",
    Arial,
    sans-serif;
  font-variant-numeric: tabular-nums;
  user-select: none;
  -webkit-user-select: none;
}
.picture text {
  fill: var(--ink);
}
.picture .ticks text {
  fill: var(--soft);
  font-size: 11.5px;
}
.picture .label {
  font-size: 12px;
  fill: var(--soft);
}
.grid path {
  stroke: var(--grid);
  stroke-width: 1;
  fill: none;
}
.axis {
  stroke: var(--soft);
  stroke-width: 1;
  fill: none;
}
.line {
  stroke: var(--vermillion);
  stroke-width: 2.5;
  fill: none;
  stroke-linecap: round;
}
.line.best {
  stroke: var(--soft);
  stroke-width: 1.5;
  stroke-dasharray: 6 4;
}
.line.limit {
  stroke: var(--vermillion);
  stroke-width: 1.5;
  stroke-dasharray: 6 4;
}
.line-body {
  stroke: transparent;
  stroke-width: 22;
  fill: none;
  cursor: ns-resize;
  touch-action: none;
  pointer-events: stroke;
}
.residuals {
  stroke: var(--purple);
  stroke-width: 1.5;
  fill: none;
}
.residuals.many {
  stroke-width: 1;
  stroke-opacity: 0.45;
}
.residuals.squares {
  fill: var(--purple);
  fill-opacity: 0.14;
}
.dots {
  stroke: var(--blue);
  stroke-width: 7;
  stroke-linecap: round;
  stroke-opacity: 0.75;
  fill: none;
}
.dots.many {
  stroke-width: 4;
  stroke-opacity: 0.35;
}
.spread {
  stroke: var(--blue);
  stroke-width: 2;
  fill: var(--blue);
  fill-opacity: 0.1;
}
.handle {
  cursor: grab;
  touch-action: none;
  outline: none;
}
.handle:active {
  cursor: grabbing;
}
.handle .reach {
  fill: transparent;
  stroke: none;
}
.handle .mark {
  stroke: var(--panel);
  stroke-width: 1.5;
}
.handle:focus-visible .reach {
  stroke: var(--focus);
  stroke-width: 2.5;
}
.handle:hover .mark {
  stroke: var(--ink);
}
.row .mark {
  fill: var(--blue);
}
.line-end .mark {
  fill: var(--vermillion);
}
.here .mark,
.now .mark {
  fill: var(--vermillion);
  stroke: var(--panel);
  stroke-width: 1.5;
}
.optimum .mark {
  fill: var(--green);
  stroke: var(--panel);
  stroke-width: 1.5;
}
.curve {
  stroke: var(--blue);
  stroke-width: 2.5;
  fill: none;
  stroke-linejoin: round;
}
.curve.ahead {
  stroke-width: 1.5;
  stroke-dasharray: 2 4;
  stroke-linecap: round;
}
.scene {
  cursor: grab;
  touch-action: pan-y;
}
.cells polygon {
  fill: color-mix(in oklab, light-dark(#123a5c, #9cc8ee) calc(var(--depth) * 100%), light-dark(#d8e6f2, #1d3347));
  fill-opacity: 0.82;
  stroke: var(--panel);
  stroke-width: 0.4;
}
.grid-line {
  fill: none;
  stroke: var(--rule);
}
.panel {
  fill: none;
  stroke: var(--rule);
}
.panel-title {
  font-size: 13px;
  font-weight: 600;
}
.angle input {
  width: 84px;
}
.rings path {
  fill: none;
  stroke: color-mix(in oklab, light-dark(#123a5c, #d5e6f5), light-dark(#a9c6de, #2d4a63) calc(var(--depth) * 100%));
  stroke-width: 1.25;
}
.levels text {
  font-size: 10.5px;
  fill: var(--soft);
  stroke: var(--panel);
  stroke-width: 3.5;
  paint-order: stroke;
  stroke-linejoin: round;
}
.way {
  stroke: var(--vermillion);
  stroke-width: 2;
  fill: none;
  stroke-linejoin: round;
}
.way.thin {
  stroke-width: 1;
}
.way-dots {
  stroke: var(--vermillion);
  stroke-width: 5;
  stroke-linecap: round;
  fill: none;
}
.cross {
  stroke: var(--ink);
  stroke-width: 1.5;
  fill: none;
}
.first .mark {
  fill: var(--panel);
  stroke: var(--ink);
  stroke-width: 1.5;
}
.tangent {
  stroke: var(--vermillion);
  stroke-width: 1.5;
  fill: none;
}
.step {
  stroke: var(--green);
  stroke-width: 2;
  stroke-dasharray: 5 3;
  fill: none;
}
.adding {
  cursor: crosshair;
}
.zone {
  fill: var(--blue);
  fill-opacity: 0.07;
}
rect.bar {
  fill: var(--blue);
}
rect.bar.swings {
  fill: var(--orange);
}
rect.bar.grows {
  fill: var(--vermillion);
}
.left .mark {
  fill: var(--ink);
  stroke: var(--panel);
}
`;var As=`/* Narrow and wide places, print, and forced colours. */

@media (min-height: 640px) {
  @container (min-width: 900px) {
    .controls {
      position: sticky;
      top: 0;
      z-index: 5;
    }
    .cards :is(button, input, select, summary, textarea, pre, .table, .handle) {
      scroll-margin-top: 190px;
    }
  }
}

@container (min-width: 720px) and (max-width: 1079px) {
  .card:last-child:nth-child(odd) {
    grid-column: 1 / -1;
  }
}

@media print {
  .controls {
    position: static !important;
  }
  .card {
    break-inside: avoid;
  }
}

@media (forced-colors: active) {
  :host {
    --paper: Canvas;
    --panel: Canvas;
    --wash: Canvas;
    --ink: CanvasText;
    --soft: CanvasText;
    --rule: CanvasText;
    --grid: color-mix(in srgb, GrayText 35%, Canvas);
    --blue: LinkText;
    --vermillion: CanvasText;
    --green: Highlight;
    --purple: GrayText;
    --orange: CanvasText;
    --focus: Highlight;
  }
  .track span,
  .picture,
  .key,
  .tick {
    forced-color-adjust: none;
  }
  input[type="range"] {
    forced-color-adjust: none;
    accent-color: Highlight;
  }
}

@container (max-width: 760px) {
  .stepping,
  .rating {
    grid-template-columns: minmax(0, 1fr) auto;
  }
  .stepping .slide {
    grid-column: 1 / -1;
    grid-row: 2;
  }
  .stepping .stopped {
    grid-column: 1 / -1;
  }
  .rating {
    grid-template-areas: "name field" "slide slide" "marks marks" "words words";
  }
  .head :is(h1, h2) {
    font-size: 20px;
  }
  .equation,
  .cost {
    font-size: 18px;
  }
}

@container (max-width: 480px) {
  .controls {
    padding: 12px;
  }
  .card {
    padding: 14px 12px 10px;
  }
  .scale .minor {
    display: none;
  }
}
`;var Es=[$s,ks,vs,Ms,As].join(`
`);var Wc=200;function Ss(t){let e=!1;function n(i){return t.update({start:Float64Array.from(i),k:0,playing:!1})}function r({x:i,y:c,weights:l=null,names:h,target:p,rows:d=null},u={}){let{state:g,source:x}=t.get().data;try{let $={state:Wr(i,c,l,{intercept:g.intercept,names:h,target:p}),solution:null,sample:{x:i,y:c,weights:l,rows:d,complete:!0},own:!0,source:u.source??x};return s($,u)}catch(b){return qt(b)}}function s(i,c={}){return t.update({data:i,...jc(t.get(),i),...c.chosen})}let o=()=>{let{state:i,sample:c}=t.get().data;return{x:c.x.map(l=>Array.from(l)),y:Array.from(c.y),weights:c.weights,names:i.names,target:i.target}},a=i=>{let c=o();return i(c),r(c)};return{moveTo:n,take:s,takeRows:r,moveRow:(i,c,l)=>a(h=>{c.forEach((p,d)=>h.x[d][i]=p),h.y[i]=l}),setCell:(i,c,l)=>a(h=>{(h.x[c]??h.y)[i]=l}),addRow:(i,c)=>a(l=>{i.forEach((h,p)=>l.x[p].push(h)),l.y.push(c),l.weights=l.weights&&[...l.weights,1]}),removeRow:i=>a(c=>{[...c.x,c.y].forEach(l=>l.splice(i,1)),c.weights=c.weights&&c.weights.filter((l,h)=>h!==i)}),editable:i=>i.data.sample?.complete===!0&&i.data.state.names.length===1&&i.data.sample.y.length<=Wc,held:()=>e,hold:i=>e=i,statistics:i=>Jc(i)}}var Fs=new WeakMap;function Jc(t){let e=Fs.get(t);return e||Fs.set(t,e=Ln(t.data.state,t.plain,t.theta)),e}function jc(t,e){let n=e.state.names.length+(e.state.intercept?1:0);if(n===t.start.length)return{};let r=e.state.intercept?1:0,s=e.state.names.length===1;return{start:new Float64Array(n),k:0,playing:!1,pair:s?[n-1,0]:[r,Math.min(r+1,n-1)],feature:0,slice:r}}var Uc=[zn,En,Tn,hr,bn,Dn,Jn,ir,_n,rn,ns,Vr,gs],Bc=["header","step","rate","options"];function Ts(t,e,n={}){let r=t.shadowRoot??t.attachShadow({mode:"open"}),s=m("div",{class:"explorer"});r.replaceChildren(m("style",{},Es),s);let o=()=>{r.replaceChildren(),delete t.dataset.mounted};t.dataset.mounted="";try{let{store:a,close:i}=Vc(s,e,n);return{state:a.get,update:a.update,unmount(){i(),o()}}}catch(a){return s.replaceChildren(m("p",{class:"fault",role:"alert"},qt(a))),{state:()=>null,update:()=>"",unmount:o}}}function Vc(t,e,n){let r=Br(jr(e,le(e))),s=Ss(r),a=Yr(r,requestAnimationFrame,()=>matchMedia("(prefers-reduced-motion: reduce)").matches),i=Gc(r,s,a,e,n),c=Uc.filter(({id:u})=>!n.views||n.views.includes(u)).map(u=>vr(u,r,s,e)),l=m("p",{class:"note",role:"status"}),h=i.filter(u=>u.place==="bar");t.append(l,...i.filter(u=>u.place==="head").map(u=>u.element),m("div",{class:"controls"},...h.map(u=>u.element)),...i.filter(u=>u.place==="below").map(u=>u.element),m("div",{class:"cards"},...c.map(u=>u.element)));let p=Zc(r,[...i,...c],n.changed),d=n.address&&br(r,n.address,u=>l.textContent=u);return Yc(t,r,s),Kc(t,c),{store:r,close(){a.stop(),p(),d?.(),c.forEach(u=>u.unmount())}}}function Gc(t,e,n,r,s){let o=s.controls??Bc;return[o.includes("header")&&$r(t,r,s),o.includes("step")&&ws(t,n),o.includes("rate")&&os(t),o.includes("options")&&Er(t,e)].filter(Boolean)}function Zc(t,e,n){let r=0,s=()=>{r=0;let a=t.get();for(let i of e)i.draw(a)},o=t.subscribe(()=>{r||(r=requestAnimationFrame(s)),n?.()});return s(),()=>{o(),cancelAnimationFrame(r)}}function Yc(t,e,n){t.addEventListener("pointerdown",r=>n.hold(r.target.closest(".handle, .line-body")!==null),!0);for(let r of["pointerup","pointercancel"])t.addEventListener(r,()=>{n.held()&&(n.hold(!1),e.update({}))},!0)}function Kc(t,e){let n=e.find(r=>r.accept);n&&(t.addEventListener("dragover",r=>r.preventDefault()),t.addEventListener("drop",r=>{let[s]=r.dataTransfer?.files??[];s&&(r.preventDefault(),n.accept(s))}))}var Xc={system:"dark",dark:"light",light:"system"};function Ls(t){let e=()=>t.dataset.theme??"system";return{now:e,turn(){let n=Xc[e()];n==="system"?delete t.dataset.theme:t.dataset.theme=n,t.style.colorScheme=n==="system"?"light dark":n}}}var Qc=250;function tl({model:t,el:e}){let n,r=0,s=e.ownerDocument.createElement("div");e.append(s);let o=()=>{r=0;let l=n?.state();l&&(t.set({learning_rate:l.rate,step:l.shown,parameters:Array.from(l.theta)}),t.save_changes())},a=()=>{r||=window.setTimeout(o,Qc)},i=()=>{let l=n?.state();if(!l)return;let[h,p]=[t.get("learning_rate"),t.get("step")];(h===null||h===l.rate)&&p===l.shown||n?.update({rate:h??l.rate,k:p,playing:!1})&&a()},c=()=>{n?.unmount(),n=Ts(s,t.get("payload"),{theme:Ls(s),changed:a}),a()};return c(),t.on("change:payload",c),t.on("change:learning_rate change:step",i),()=>{clearTimeout(r),t.off("change:payload",c),t.off("change:learning_rate change:step",i),n?.unmount(),s.remove()}}var ju={render:tl};export{ju as default};
